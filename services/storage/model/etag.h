// Entity tags of objects and buckets.
#pragma once

#include <string>

#include "runtime/base/random.h"

namespace triad::storage {

// Never seen before, and of another length than an MD5 in hex has.
inline std::string NewEtag(Random& random) { return RandomId(random, 12); }

}  // namespace triad::storage
