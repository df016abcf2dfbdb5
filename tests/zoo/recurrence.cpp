// Recurrent networks: states, directions, padded and packed sequences.
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace zoo {
namespace {

using torch::Tensor;

template <class Module>
gg::Contract built(const std::string& name, bool faulty) {
  return gg::module(name,
                    [faulty](const gg::Draw& draw) {
                      return std::make_shared<Module>(draw["F"], draw["H"], faulty);
                    })
      .dim("B", 1, 4)
      .dim("T", 1, 6)
      .dim("F", 1, 4)
      .dim("H", 1, 4)
      .batch("B")
      .sequence("T")
      .input("x", gg::floats("B T F"));
}

template <class Module>
gg::Contract with_lengths(const std::string& name, bool faulty) {
  return built<Module>(name, faulty).input("lengths", gg::lengths("B", "T").of("x"));
}

/// Sentence vector from the last states of both directions.
struct SentenceEncoder : nn::Module {
  SentenceEncoder(std::int64_t features, std::int64_t hidden, bool is_faulty)
      : faulty(is_faulty),
        gru(register_module(
            "gru",
            nn::GRU(nn::GRUOptions(features, hidden).batch_first(true).bidirectional(true)))) {}

  Tensor forward(const Tensor& x) {
    const Tensor last = std::get<1>(gru(x));  // [2, B, H]
    return faulty ? last.reshape({x.size(0), -1}) : last.transpose(0, 1).reshape({x.size(0), -1});
  }

  bool faulty;
  nn::GRU gru;
};

gg::Contract sentence_encoder(const std::string& name, bool faulty) {
  return built<SentenceEncoder>(name, faulty).output("vector", gg::floats("B 2*H"));
}

/// A state for each step, from the past alone.
struct Tagger : nn::Module {
  Tagger(std::int64_t features, std::int64_t hidden, bool faulty)
      : lstm(register_module("lstm",
                             nn::LSTM(nn::LSTMOptions(features, hidden).batch_first(!faulty)))) {}

  Tensor forward(const Tensor& x) { return std::get<0>(lstm(x)); }

  nn::LSTM lstm;
};

gg::Contract tagger(const std::string& name, bool faulty) {
  return built<Tagger>(name, faulty).output("state", gg::floats("B T H")).causal();
}

/// Packs its rows, which it sorts by length, and gives the last state of each.
struct PackedEncoder : nn::Module {
  PackedEncoder(std::int64_t features, std::int64_t hidden, bool is_faulty)
      : faulty(is_faulty),
        gru(register_module("gru", nn::GRU(nn::GRUOptions(features, hidden).batch_first(true)))) {}

  Tensor forward(const Tensor& x, const Tensor& lengths) {
    const Tensor order = lengths.argsort(0, /*descending=*/true);
    const auto packed = nn::utils::rnn::pack_padded_sequence(
        x.index_select(0, order), lengths.index_select(0, order).cpu(), /*batch_first=*/true);
    const Tensor last = std::get<1>(gru->forward_with_packed_input(packed)).squeeze(0);
    return faulty ? last : last.index_select(0, order.argsort());
  }

  bool faulty;
  nn::GRU gru;
};

template <class Module>
gg::Contract vector_of(const std::string& name, bool faulty) {
  return with_lengths<Module>(name, faulty).output("vector", gg::floats("B H"));
}

/// A state for each step of packed rows.
struct PackedTagger : nn::Module {
  PackedTagger(std::int64_t features, std::int64_t hidden, bool is_faulty)
      : faulty(is_faulty),
        gru(register_module("gru", nn::GRU(nn::GRUOptions(features, hidden).batch_first(true)))) {}

  Tensor forward(const Tensor& x, const Tensor& lengths) {
    const auto packed = nn::utils::rnn::pack_padded_sequence(x, lengths.cpu(), /*batch_first=*/true,
                                                             /*enforce_sorted=*/false);
    const auto states = std::get<0>(gru->forward_with_packed_input(packed));
    const c10::optional<std::int64_t> steps =
        faulty ? c10::nullopt : c10::optional<std::int64_t>(x.size(1));
    return std::get<0>(nn::utils::rnn::pad_packed_sequence(states, /*batch_first=*/true,
                                                           /*padding_value=*/0, steps));
  }

  bool faulty;
  nn::GRU gru;
};

gg::Contract packed_tagger(const std::string& name, bool faulty) {
  return with_lengths<PackedTagger>(name, faulty).output("state", gg::floats("B T H"));
}

/// The rows of a packed batch in the order of their lengths.
struct SortingTagger : nn::Module {
  SortingTagger(std::int64_t features, std::int64_t hidden, bool is_faulty)
      : faulty(is_faulty),
        gru(register_module("gru", nn::GRU(nn::GRUOptions(features, hidden).batch_first(true)))) {}

  Tensor forward(const Tensor& x, const Tensor& lengths) {
    const Tensor order = lengths.argsort(0, /*descending=*/true);
    const Tensor states = std::get<0>(gru(x.index_select(0, order)));
    const Tensor steps = torch::arange(x.size(1));
    const Tensor restored = faulty ? states : states.index_select(0, order.argsort());
    return restored.masked_fill((steps >= lengths.unsqueeze(1)).unsqueeze(2), 0);
  }

  bool faulty;
  nn::GRU gru;
};

gg::Contract sorting_tagger(const std::string& name, bool faulty) {
  return with_lengths<SortingTagger>(name, faulty).output("state", gg::floats("B T H"));
}

/// The state after the last valid step.
struct LastState : nn::Module {
  LastState(std::int64_t features, std::int64_t hidden, bool is_faulty)
      : faulty(is_faulty),
        gru(register_module("gru", nn::GRU(nn::GRUOptions(features, hidden).batch_first(true)))) {}

  Tensor forward(const Tensor& x, const Tensor& lengths) {
    const Tensor states = std::get<0>(gru(x));
    if (faulty) return states.select(1, -1);
    return states.index({torch::arange(x.size(0)), lengths - 1});
  }

  bool faulty;
  nn::GRU gru;
};

/// Reads each row backwards from its end, with one GRU.
struct BackwardReader : nn::Module {
  BackwardReader(std::int64_t features, std::int64_t hidden, bool is_faulty)
      : faulty(is_faulty),
        gru(register_module("gru", nn::GRU(nn::GRUOptions(features, hidden).batch_first(true)))) {}

  /// Rows of [B, T, ...] with their valid steps reversed.
  Tensor reversed(const Tensor& rows, const Tensor& lengths) const {
    if (faulty) return rows.flip(1);
    const Tensor steps = torch::arange(rows.size(1)).expand({rows.size(0), -1});
    const Tensor mirrored = lengths.unsqueeze(1) - 1 - steps;
    const Tensor order = torch::where(mirrored >= 0, mirrored, steps);
    return rows.gather(1, order.unsqueeze(2).expand_as(rows));
  }

  Tensor forward(const Tensor& x, const Tensor& lengths) {
    return reversed(std::get<0>(gru(reversed(x, lengths))), lengths);
  }

  bool faulty;
  nn::GRU gru;
};

gg::Contract backward_reader(const std::string& name, bool faulty) {
  return with_lengths<BackwardReader>(name, faulty).output("state", gg::floats("B T H"));
}

/// Starts each call from zeros, or from where the last call ended.
struct StreamingTagger : nn::Module {
  StreamingTagger(std::int64_t features, std::int64_t hidden, bool is_faulty)
      : faulty(is_faulty),
        gru(register_module("gru", nn::GRU(nn::GRUOptions(features, hidden).batch_first(true)))) {}

  Tensor forward(const Tensor& x) {
    const bool fits = state.defined() && state.size(1) == x.size(0) && state.dtype() == x.dtype();
    auto [states, last] = gru(x, faulty && fits ? state : Tensor());
    state = last.detach();
    return states;
  }

  bool faulty;
  nn::GRU gru;
  Tensor state;
};

/// Steps through a cell by hand.
struct UnrolledCell : nn::Module {
  UnrolledCell(std::int64_t features, std::int64_t states, bool is_faulty)
      : faulty(is_faulty),
        hidden(states),
        cell(register_module("cell", nn::GRUCell(features, states))) {}

  Tensor forward(const Tensor& x) {
    Tensor state = torch::zeros({x.size(0), hidden}, x.options());
    std::vector<Tensor> states;
    for (std::int64_t step = 0; step < x.size(1); ++step) {
      state = cell(x.select(1, step), faulty ? state.detach() : state);
      states.push_back(state);
    }
    return torch::stack(states, 1);
  }

  bool faulty;
  std::int64_t hidden;
  nn::GRUCell cell;
};

/// Starts from random states in training, as a regularisation, and in evaluation too by mistake.
struct RandomStart : nn::Module {
  RandomStart(std::int64_t features, std::int64_t states, bool is_faulty)
      : faulty(is_faulty),
        hidden(states),
        gru(register_module("gru", nn::GRU(nn::GRUOptions(features, states).batch_first(true)))) {}

  Tensor forward(const Tensor& x) {
    const bool random = faulty || is_training();
    const std::vector<std::int64_t> shape = {1, x.size(0), hidden};
    const Tensor start =
        random ? 0.1 * torch::randn(shape, x.options()) : torch::zeros(shape, x.options());
    return std::get<0>(gru(x, start));
  }

  bool faulty;
  std::int64_t hidden;
  nn::GRU gru;
};

template <class Module>
gg::Contract causal_states(const std::string& name, bool faulty) {
  return built<Module>(name, faulty).output("state", gg::floats("B T H")).causal();
}

/// A language model, whose halves of the state were meant for two layers.
struct LanguageModel : nn::Module {
  LanguageModel(std::int64_t features, std::int64_t hidden, bool faulty)
      : gru(register_module("gru", nn::GRU(nn::GRUOptions(features, faulty ? hidden : 2 * hidden)
                                               .batch_first(true)
                                               .bidirectional(faulty)))) {}

  Tensor forward(const Tensor& x) { return std::get<0>(gru(x)); }

  nn::GRU gru;
};

gg::Contract language_model(const std::string& name, bool faulty) {
  return built<LanguageModel>(name, faulty).output("state", gg::floats("B T 2*H")).causal();
}

}  // namespace

std::vector<Pair> recurrence() {
  return {
      pair("FinalStateByView", 5, "final states [2, B, H] are viewed as [B, 2*H]",
           sentence_encoder),
      pair("NotBatchFirst", 31, "recurrence over the batch instead of over time", tagger),
      pair("LengthsNotUnsorted", 43, "rows sorted by length stay sorted", vector_of<PackedEncoder>),
      pair("TaggerNotUnsorted", 44, "states of sorted rows are not brought back", sorting_tagger),
      pair("LastPaddedStep", 45, "the last step is taken instead of the last valid one",
           vector_of<LastState>),
      pair("FlippedPadding", 46, "padded rows are flipped with their padding", backward_reader),
      pair("TrailingPaddingDropped", 67, "unpacking drops padding that all rows share",
           packed_tagger),
      pair("StateKeptBetweenCalls", 88, "the hidden state is carried into the next call",
           causal_states<StreamingTagger>),
      pair("DetachedSteps", 104, "the hidden state is detached at every step",
           causal_states<UnrolledCell>),
      pair("RandomStartInEvaluation", 97, "noise of training is left on in evaluation",
           causal_states<RandomStart>),
      pair("BidirectionalLanguageModel", 56, "a causal model reads both directions",
           language_model),
  };
}

}  // namespace zoo
