#include "services/transform/engine/families/compression/compression.h"

#include "services/transform/engine/families/compression/operations.h"

namespace triad::transform {

Family CompressionFamily() {
  return {.id = "compression",
          .summary = "Bytes in less room, and back.",
          .operations = {Gzip(), Gunzip(), Xz(), Unxz(), Zlib(), Unzlib(), Zstd(), Unzstd()}};
}

}  // namespace triad::transform
