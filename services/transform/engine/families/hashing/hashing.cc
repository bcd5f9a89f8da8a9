#include "services/transform/engine/families/hashing/hashing.h"

#include "services/transform/engine/families/hashing/operations.h"

namespace triad::transform {

Family HashingFamily() {
  return {.id = "hashing",
          .summary = "Short values that stand for long ones.",
          .operations = {Crc(), Digest(), Hmac(), Xxhash()}};
}

}  // namespace triad::transform
