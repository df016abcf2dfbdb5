// Gradgrind: state what tensor code promises, and have every property that follows tested.
//
// The whole public interface but for the faces: gtest.h and rapidcheck.h, which need their library.
// Includes no umbrella header of LibTorch.
#pragma once

#include "gradgrind/generators/case.h"
#include "gradgrind/generators/case_file.h"
#include "gradgrind/generators/case_space.h"
#include "gradgrind/generators/case_text.h"
#include "gradgrind/generators/domain.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/generators/shrink.h"
#include "gradgrind/properties/check.h"
#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/distributions.h"
#include "gradgrind/properties/laws.h"
#include "gradgrind/properties/materialise.h"
#include "gradgrind/properties/module.h"
#include "gradgrind/properties/mutation.h"
#include "gradgrind/properties/observation.h"
#include "gradgrind/properties/property.h"
#include "gradgrind/properties/references.h"
#include "gradgrind/properties/settings.h"
#include "gradgrind/properties/torchscript.h"
#include "gradgrind/properties/trial.h"
