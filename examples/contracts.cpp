#include "contracts.h"

#include <torch/torch.h>

#include "modules/attention.h"
#include "modules/conv_classifier.h"
#include "modules/deep_set.h"
#include "modules/encoder.h"
#include "modules/functions.h"
#include "modules/lstm_tagger.h"
#include "modules/mlp.h"
#include "modules/unet.h"
#include "references.h"

namespace gg = gradgrind;

namespace examples {
namespace {

torch::Tensor cross_entropy(const torch::Tensor& logits, const torch::Tensor& label) {
  return torch::nn::functional::cross_entropy(logits, label);
}

torch::Tensor token_cross_entropy(const torch::Tensor& logits, const torch::Tensor& label) {
  return torch::nn::functional::cross_entropy(logits.flatten(0, 1), label.flatten());
}

template <class Module>
gg::Contract mlp(const std::string& name) {
  return gg::module(name,
                    [](const gg::Draw& draw) { return Module(draw["F"], draw["H"], draw["K"]); })
      .dim("B", 1, 8)
      .dim("F", 1, 8)
      .dim("H", 1, 16)
      .dim("K", 2, 5)
      .input("x", gg::floats("B F"))
      .output("logits", gg::floats("B K"))
      .target("label", gg::labels("B", "K"))
      .loss(cross_entropy)
      .batch("B");
}

template <class Module>
gg::Contract conv_classifier(const std::string& name) {
  return gg::module(name, [](const gg::Draw& draw) { return Module(draw["C"], draw["K"]); })
      .dim("B", 1, 4)
      .dim("C", 1, 3)
      .dim("S", 1, 9)
      .dim("W", 1, 9)
      .dim("K", 2, 5)
      .input("image", gg::floats("B C S W"))
      .output("logits", gg::floats("B K"))
      .target("label", gg::labels("B", "K"))
      .loss(cross_entropy)
      .batch("B");
}

template <class Module>
gg::Contract lstm_tagger(const std::string& name) {
  return gg::module(name, [](const gg::Draw& draw) { return Module(draw["V"], draw["K"]); })
      .dim("B", 1, 4)
      .dim("T", 1, 6)
      .dim("V", 2, 12)
      .dim("K", 2, 5)
      .input("ids", gg::ids("B T", "V"))
      .input("lengths", gg::lengths("B", "T").of("ids"))
      .output("logits", gg::floats("B T K"))
      .target("tag", gg::labels("B T", "K"))
      .loss(token_cross_entropy)
      .batch("B")
      .sequence("T");
}

gg::Contract over_tokens(const gg::Contract& subject) {
  return subject.dim("B", 1, 4)
      .dim("T", 1, 8)
      .dim("H", 1, 3)
      .dim("E", "4*H")
      .dim("C", 2, 5)
      .input("x", gg::floats("B T E"))
      .input("pad", gg::padding_mask_or_empty("B T", gg::marks_padding).of("x"))
      .output("y", gg::floats("B T C"))
      .target("label", gg::labels("B T", "C"))
      .loss(token_cross_entropy)
      .batch("B")
      .sequence("T");
}

template <class Module>
gg::Contract attention(const std::string& name) {
  return over_tokens(gg::module(name,
                                [](const gg::Draw& draw) {
                                  return Module(draw["E"], draw["H"], draw["C"],
                                                draw.get<double>("dropout"));
                                }))
      .param("dropout", gg::real(0.0, 0.5));
}

template <class Module>
gg::Contract encoder(const std::string& name) {
  return over_tokens(gg::module(name,
                                [](const gg::Draw& draw) {
                                  return Module(draw["E"], draw["H"], draw["L"], draw["C"],
                                                draw.get<double>("dropout"));
                                }))
      .dim("L", 1, 2)
      .param("dropout", gg::real(0.0, 0.5));
}

template <class Module>
gg::Contract unet(const std::string& name) {
  return gg::module(name, [](const gg::Draw& draw) { return Module(draw["C"], draw["K"]); })
      .dim("B", 1, 2)
      .dim("C", 1, 3)
      .dim("S", 1, 3)
      .dim("K", 1, 3)
      .input("image", gg::floats("B C 4*S 4*S"))
      .output("logits", gg::floats("B K 4*S 4*S"))
      .batch("B");
}

// Padding one more column to every set must not move its logits: a property of one's own.
bool ignores_more_padding(gg::Trial& trial) {
  gg::Inputs padded = trial.inputs();
  padded["points"] = torch::constant_pad_nd(padded["points"], {0, 0, 0, 1});
  padded["valid"] = torch::constant_pad_nd(padded["valid"], {0, 1}, false);
  return torch::allclose(trial.outputs()[0], trial.forward(padded)[0], 1e-3, 1e-3);
}

template <class Module>
gg::Contract deep_set(const std::string& name) {
  return gg::module(name, [](const gg::Draw& draw) { return Module(draw["D"], draw["K"]); })
      .dim("B", 1, 4)
      .dim("N", 1, 6)
      .dim("D", 1, 3)
      .dim("K", 2, 5)
      .input("points", gg::floats("B N D"))
      .input("valid", gg::padding_mask_or_empty("B N", gg::marks_valid).of("points"))
      .output("logits", gg::floats("B K"))
      .target("label", gg::labels("B", "K"))
      .loss(cross_entropy)
      .batch("B")
      .property("ignores_more_padding", ignores_more_padding);
}

gg::Contract log_sum_exp(const std::string& name, torch::Tensor (*function)(const torch::Tensor&)) {
  return gg::function(name, function)
      .dim("B", 1, 4)
      .dim("N", 1, 8)
      .input("x", gg::floats("B N"))
      .output("y", gg::floats("B"))
      .batch("B");
}

}  // namespace

std::vector<gg::Contract> sound_contracts() {
  return {
      mlp<Mlp>("Mlp").reference(definitions::mlp),
      conv_classifier<ConvClassifier>("ConvClassifier").reference(definitions::conv_classifier),
      lstm_tagger<LstmTagger>("LstmTagger").reference(definitions::lstm_tagger),
      attention<Attention>("Attention").reference(definitions::attention),
      encoder<Encoder>("Encoder").reference(definitions::encoder),
      unet<UNet>("UNet").reference(definitions::unet),
      deep_set<DeepSet>("DeepSet").reference(definitions::deep_set),
      log_sum_exp("StableLogSumExp", stable_log_sum_exp).reference(gg::references::log_sum_exp())};
}

std::vector<Fault> faults() {
  return {
      {mlp<MixingMlp>("MixingMlp"), "keeps_batch_rows_apart", "centred over the batch"},
      {conv_classifier<ConvClassifierMixedByView>("ConvClassifierMixedByView"),
       "keeps_batch_rows_apart", "batch mixed by a view"},
      {conv_classifier<ConvClassifierSqueezesBatch>("ConvClassifierSqueezesBatch"),
       "output_shapes_are_as_declared", "a batch of one squeezed away"},
      {lstm_tagger<LstmTaggerIgnoresLengths>("LstmTaggerIgnoresLengths"),
       "masked_content_never_leaks", "the backward direction reads the padding"},
      {attention<AttentionIgnoresMask>("AttentionIgnoresMask"), "masked_content_never_leaks",
       "mask ignored"},
      {attention<AttentionInvertsMask>("AttentionInvertsMask"), "masked_content_never_leaks",
       "mask inverted"},
      {attention<AttentionSoftmaxOverBatch>("AttentionSoftmaxOverBatch"), "keeps_batch_rows_apart",
       "softmax over the batch"},
      {encoder<EncoderForgetsLayers>("EncoderForgetsLayers"), "every_parameter_is_reachable",
       "layers that are not registered"},
      {unet<UNetWritesToInput>("UNetWritesToInput"), "never_writes_to_inputs",
       "centres its input in place"},
      {deep_set<DeepSetNanGradient>("DeepSetNanGradient"), "gradients_are_finite",
       "a NaN gradient behind where()"},
      {deep_set<DeepSetAveragesPadding>("DeepSetAveragesPadding"), "ignores_more_padding",
       "padding counts in the mean"},
      {log_sum_exp("NaiveLogSumExp", naive_log_sum_exp), "stays_finite", "exp that overflows"},
  };
}

}  // namespace examples
