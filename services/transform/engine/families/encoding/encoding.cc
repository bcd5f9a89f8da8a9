#include "services/transform/engine/families/encoding/encoding.h"

#include "services/transform/engine/families/encoding/operations.h"

namespace triad::transform {

Family EncodingFamily() {
  return {.id = "encoding",
          .summary = "Bytes and characters written so that they can travel, and back.",
          .operations = {ToBase32(),      FromBase32(),        ToBase58(),
                         FromBase58(),    ToBase64(),          FromBase64(),
                         ToBase85(),      FromBase85(),        ToHex(),
                         FromHex(),       ToHexdump(),         FromHexdump(),
                         HtmlEscape(),    HtmlUnescape(),      JsonEscape(),
                         JsonUnescape(),  ToQuotedPrintable(), FromQuotedPrintable(),
                         UnicodeEscape(), UnicodeUnescape(),   UrlEncode(),
                         UrlDecode()}};
}

}  // namespace triad::transform
