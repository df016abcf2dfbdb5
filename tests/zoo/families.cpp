#include "tests/zoo/families.h"

namespace zoo {

std::vector<Family> families() {
  return {
      {"Linear heads", "linear_heads.cpp", linear_heads()},
  };
}

}  // namespace zoo
