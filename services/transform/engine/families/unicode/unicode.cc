#include "services/transform/engine/families/unicode/unicode.h"

#include "services/transform/engine/families/unicode/operations.h"

namespace triad::transform {

Family UnicodeFamily() {
  return {.id = "unicode",
          .summary = "Characters, and how bytes stand for them.",
          .operations = {CodePoints(), DecodeCharset(), EncodeCharset(), FromCodePoints(),
                         Normalize()}};
}

}  // namespace triad::transform
