#include "tests/examples/smallest.h"

namespace examples {

std::vector<Smallest> smallest_cases() {
  return {
      // A row needs another one to be mixed with. Biases let rows of zeros show it, and the two
      // classes are the fewest that the contract allows, as everywhere below.
      {"MixingMlp",
       "differs",
       {"dims      B=2 F=1 H=1 K=2",  //
        "x         float32 [2, 1] contiguous: all zero",
        "label     int64 [2] contiguous: all zero"}},
      // With one image there is nothing to mix; one pixel of one channel is an image.
      {"ConvClassifierMixedByView",
       "differs",
       {"dims      B=2 C=1 K=2 S=1 W=1", "image     float32 [2, 1, 1, 1] contiguous: all zero",
        "label     int64 [2] contiguous: all zero"}},
      // A batch of one is squeezed away, whatever it holds.
      {"ConvClassifierSqueezesBatch",
       "wrong shape",
       {"dims      B=1 C=1 K=2 S=1 W=1", "image     float32 [1, 1, 1, 1] contiguous: all zero",
        "label     int64 [1] contiguous: [0]"}},
      // One position that counts and one after it that must not; a vocabulary of two, so that the
      // padding can hold something else.
      {"LstmTaggerIgnoresLengths",
       "differs",
       {"dims      B=1 K=2 T=2 V=2",  //
        "ids       int64 [1, 2] contiguous: all zero",
        "lengths   int64 [1] contiguous: [1]",  //
        "tag       int64 [1, 2] contiguous: all zero"}},
      // One key that counts and one that is hidden; one head, which brings four features.
      {"AttentionIgnoresMask",
       "differs",
       {"dims      B=1 C=2 E=4 H=1 T=2",  //
        "x         float32 [1, 2, 4] contiguous: all zero",
        "pad       bool [1, 2] contiguous: [[false, true]]",
        "label     int64 [1, 2] contiguous: all zero",  //
        "dropout   0"}},
      // Likewise: the query that counts sees the hidden key alone.
      {"AttentionInvertsMask",
       "differs",
       {"dims      B=1 C=2 E=4 H=1 T=2",  //
        "x         float32 [1, 2, 4] contiguous: all zero",
        "pad       bool [1, 2] contiguous: [[false, true]]",
        "label     int64 [1, 2] contiguous: all zero",  //
        "dropout   0"}},
      // Two rows compete for the weight of one key.
      {"AttentionSoftmaxOverBatch",
       "differs",
       {"dims      B=2 C=2 E=4 H=1 T=1",  //
        "x         float32 [2, 1, 4] contiguous: all zero",
        "pad       bool [2, 1] contiguous: all false",  //
        "label     int64 [2, 1] contiguous: all zero", "dropout   0"}},
      // No case reaches a parameter that is not registered; of all that fail, the one that leaves
      // the fewest of them unproven is shown: a single layer, which the first edge case has.
      {"EncoderForgetsLayers",
       "unregistered",
       {"dims      B=1 C=2 E=4 H=1 L=1 T=1", "x         float32 [1, 1, 4] contiguous: all zero",
        "pad       bool [1, 1] contiguous: [[false]]",  //
        "label     int64 [1, 1] contiguous: [[0]]", "dropout   0"}},
      // The smallest image has four pixels a side. Zeros stay zeros; the version counter tells.
      {"UNetWritesToInput",
       "written to",
       {"dims      B=1 C=1 K=1 S=1",  //
        "image     float32 [1, 1, 4, 4] contiguous: all zero"}},
      // A single point that is not there: the root of zero has an infinite slope.
      {"DeepSetNanGradient",
       "not finite",
       {"dims      B=1 D=1 K=2 N=1",  //
        "points    float32 [1, 1, 1] contiguous: [[[0]]]",
        "valid     bool [1, 1] contiguous: [[false]]",  //
        "label     int64 [1] contiguous: [0]"}},
      // The property itself adds the padding; one point that counts is needed for a mean to move.
      {"DeepSetAveragesPadding",
       "is false",
       {"dims      B=1 D=1 K=2 N=1",  //
        "points    float32 [1, 1, 1] contiguous: [[[0]]]",
        "valid     bool [1, 1] contiguous: [[true]]",  //
        "label     int64 [1] contiguous: [0]"}},
      // exp(88.72) is the largest number of float32, so 89 is the first integer beyond it; sums of
      // several elements would overflow earlier, but fewer elements are smaller.
      {"NaiveLogSumExp",
       "not finite",
       {"dims      B=1 N=1",  //
        "x         float32 [1, 1] contiguous: [[89]]"}},
  };
}

}  // namespace examples
