// The rows of the family.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

// base32.cc, base58.cc, base64.cc, base85.cc
Operation FromBase32();
Operation FromBase58();
Operation FromBase64();
Operation FromBase85();
Operation ToBase32();
Operation ToBase58();
Operation ToBase64();
Operation ToBase85();
// hex.cc, hexdump.cc
Operation FromHex();
Operation FromHexdump();
Operation ToHex();
Operation ToHexdump();
// html.cc, json_string.cc, quoted_printable.cc, unicode_escapes.cc, url.cc
Operation FromQuotedPrintable();
Operation HtmlEscape();
Operation HtmlUnescape();
Operation JsonEscape();
Operation JsonUnescape();
Operation ToQuotedPrintable();
Operation UnicodeEscape();
Operation UnicodeUnescape();
Operation UrlDecode();
Operation UrlEncode();

}  // namespace triad::transform
