#include <torch/torch.h>

#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/contracts/helpers.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace torch_nn {
namespace {

/// Sequences of features, time first, as LibTorch takes them.
gg::Contract over_time(const gg::Contract& subject) {
  return subject.dim("B", 1, 4)
      .dim("T", 1, 6)
      .dim("F", 1, 5)
      .dim("H", 1, 5)
      .input("x", gg::floats("T B F"))
      .batch("B")
      .sequence("T");
}

template <class Module, class Options>
gg::Contract one_layer(const std::string& name) {
  return over_time(
             gg::module(name,
                        [](const gg::Draw& draw) { return Module(Options(draw["F"], draw["H"])); }))
      .output("y", gg::floats("T B H"))
      .output("h", gg::floats("1 B H"));
}

template <class Module>
gg::Contract cell(const std::string& name) {
  return gg::module(name, [](const gg::Draw& draw) { return Module(draw["F"], draw["H"]); })
      .dim("B", 1, 6)
      .dim("F", 1, 5)
      .dim("H", 1, 5)
      .input("x", gg::floats("B F"))
      .batch("B");
}

// A layer's state before the first step: [B H] of zeros.
torch::Tensor no_state(const gg::Inputs& inputs) {
  return torch::zeros({inputs.size("B"), inputs.size("H")}, inputs["x"].options());
}

std::tuple<torch::Tensor, torch::Tensor> rnn_by_steps(const nn::RNNImpl& rnn,
                                                      const gg::Inputs& inputs) {
  const auto weights = rnn.named_parameters();
  torch::Tensor h = no_state(inputs);
  std::vector<torch::Tensor> states;
  for (std::int64_t t = 0; t < inputs.size("T"); ++t) {
    h = gg::references::rnn_cell(inputs["x"][t], h, weights["weight_ih_l0"],
                                 weights["weight_hh_l0"], weights["bias_ih_l0"],
                                 weights["bias_hh_l0"]);
    states.push_back(h);
  }
  return {torch::stack(states), h.unsqueeze(0)};
}

std::tuple<torch::Tensor, torch::Tensor, torch::Tensor> lstm_by_steps(const nn::LSTMImpl& lstm,
                                                                      const gg::Inputs& inputs) {
  const auto weights = lstm.named_parameters();
  torch::Tensor h = no_state(inputs);
  torch::Tensor c = no_state(inputs);
  std::vector<torch::Tensor> states;
  for (std::int64_t t = 0; t < inputs.size("T"); ++t) {
    std::tie(h, c) = gg::references::lstm_cell(inputs["x"][t], h, c, weights["weight_ih_l0"],
                                               weights["weight_hh_l0"], weights["bias_ih_l0"],
                                               weights["bias_hh_l0"]);
    states.push_back(h);
  }
  return {torch::stack(states), h.unsqueeze(0), c.unsqueeze(0)};
}

// Of an LSTMCell, to whose refusals the seed of the case gives a state of wrong rank.
gg::Case one_by_one() {
  gg::Case a_case;
  a_case.dim("B", 1).dim("F", 1).dim("H", 1);
  for (const char* name : {"x", "h0", "c0"}) {
    a_case.tensor(name, gg::Array(gg::DType::float32, {1, 1}));
  }
  return a_case;
}

}  // namespace

std::vector<gg::Contract> recurrent() {
  const auto deep = [](const gg::Draw& draw) {
    return nn::LSTM(
        nn::LSTMOptions(draw["F"], draw["H"]).num_layers(2).bidirectional(true).dropout(0.2));
  };
  const auto batch_first = [](const gg::Draw& draw) {
    return nn::GRU(nn::GRUOptions(draw["F"], draw["H"]).batch_first(true));
  };
  const auto projected = [](const gg::Draw& draw) {
    return nn::LSTM(nn::LSTMOptions(draw["F"], draw["H"] + 1).proj_size(draw["H"]));
  };
  return {
      one_layer<nn::RNN, nn::RNNOptions>("RNN").reference(rnn_by_steps),
      one_layer<nn::GRU, nn::GRUOptions>("GRU"),
      one_layer<nn::LSTM, nn::LSTMOptions>("LSTM")
          .output("c", gg::floats("1 B H"))
          .reference(lstm_by_steps),
      over_time(gg::module("LSTMDeep", deep))
          .output("y", gg::floats("T B 2*H"))
          .output("h", gg::floats("4 B H"))
          .output("c", gg::floats("4 B H")),
      over_time(gg::module("LSTMProjected", projected))
          .output("y", gg::floats("T B H"))
          .output("h", gg::floats("1 B H"))
          .output("c", gg::floats("1 B H+1")),
      gg::module("GRUBatchFirst", batch_first)
          .dim("B", 1, 4)
          .dim("T", 1, 6)
          .dim("F", 1, 5)
          .dim("H", 1, 5)
          .input("x", gg::floats("B T F"))
          .input("h0", gg::floats("1 B H"))
          .output("y", gg::floats("B T H"))
          .output("h", gg::floats("1 B H"))
          .batch("B")
          .sequence("T")
          .carries_state("h0", "h"),
      cell<nn::RNNCell>("RNNCell")
          .input("h0", gg::floats("B H"))
          .output("h", gg::floats("B H", gg::between(-1, 1))),
      cell<nn::GRUCell>("GRUCell")
          .input("h0", gg::floats("B H"))
          .output("h", gg::floats("B H"))
          .except("a_refusal_leaves_no_trace", "LibTorch dies of a state of wrong rank"),
      cell<nn::LSTMCell>("LSTMCell")
          .forward([](nn::LSTMCell module, const gg::Inputs& inputs) {
            return module(inputs["x"], std::make_tuple(inputs["h0"], inputs["c0"]));
          })
          .input("h0", gg::floats("B H"))
          .input("c0", gg::floats("B H"))
          .output("h", gg::floats("B H", gg::between(-1, 1)))
          .output("c", gg::floats("B H"))
          .example(one_by_one())
          .except("a_refusal_leaves_no_trace", "LibTorch dies of a state of wrong rank"),
  };
}

}  // namespace torch_nn
