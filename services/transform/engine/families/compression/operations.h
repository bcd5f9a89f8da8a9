// The rows of the family.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Operation Gzip();
Operation Gunzip();
Operation Xz();
Operation Unxz();
Operation Zlib();
Operation Unzlib();
Operation Zstd();
Operation Unzstd();

}  // namespace triad::transform
