// How a page of a night looks: on a screen, light or dark, wide or narrow, and on paper.
//
// Layer 4, faces. No LibTorch.
#pragma once

namespace gradgrind::nightly {

/// A style sheet that needs nothing from elsewhere.
extern const char* const kStyle;

}  // namespace gradgrind::nightly
