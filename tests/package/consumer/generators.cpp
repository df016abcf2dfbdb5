// A program that uses the vocabulary alone, without LibTorch.
#include <gradgrind/generators/shape.h>

int main() {
  gradgrind::Dims dims;
  dims.sizes["H"] = 3;
  return gradgrind::DimExpr::parse("8*H").evaluate(dims) == 24 ? 0 : 1;
}
