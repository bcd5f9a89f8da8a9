#include "services/storage/http/content_type.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "runtime/base/utf8.h"

namespace triad::storage {
namespace {

constexpr absl::string_view kUnknown = "application/octet-stream";
constexpr absl::string_view kText = "text/plain; charset=utf-8";

struct SignatureRow {
  absl::string_view type;
  absl::string_view begin;
  // What stands at `offset`; empty if the beginning is enough.
  absl::string_view further = "";
  std::size_t offset = 0;
};

constexpr SignatureRow kSignatures[] = {
    {"application/gzip", "\x1F\x8B"},
    {"application/pdf", "%PDF-"},
    {"application/zip", "PK\x03\x04"},
    {"application/zip", "PK\x05\x06"},  // of no files
    {"application/zstd", "\x28\xB5\x2F\xFD"},
    {"image/avif", "", "ftypavif", 4},
    {"image/gif", "GIF87a"},
    {"image/gif", "GIF89a"},
    {"image/jpeg", "\xFF\xD8\xFF"},
    {"image/png", "\x89PNG\r\n\x1A\n"},
    {"image/webp", "RIFF", "WEBP", 8},
};

struct ExtensionRow {
  absl::string_view extension;
  absl::string_view type;
};

// Of text alone.
constexpr ExtensionRow kExtensions[] = {
    {".csv", "text/csv; charset=utf-8"},
    {".json", "application/json"},
    {".md", "text/markdown; charset=utf-8"},
};

bool Fits(const SignatureRow& row, absl::string_view bytes) {
  return absl::StartsWith(bytes, row.begin) &&
         absl::StartsWith(bytes.substr(std::min(row.offset, bytes.size())), row.further);
}

// What no text has: C0 but for white space and the escape of terminals, and DEL.
bool IsBinary(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r' && c != 0x1B) || c == 0x7F;
}

// Its last character may be cut, as the content may go on.
bool IsTextBeginning(absl::string_view bytes) {
  while (!bytes.empty()) {
    auto [code, length] = FirstCharacter(bytes);
    if (length == 0) {
      auto begin = bytes.begin();
      return Utf8::decode(begin, bytes.end()) == boost::locale::utf::incomplete;
    }
    if (IsBinary(code)) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace

std::string DetectContentType(absl::string_view first_bytes, absl::string_view object_name) {
  absl::string_view bytes = first_bytes.substr(0, kMaxDetectionBytes);
  for (const SignatureRow& row : kSignatures) {
    if (Fits(row, bytes)) return std::string(row.type);
  }
  if (bytes.empty() || !IsTextBeginning(bytes)) return std::string(kUnknown);
  for (const ExtensionRow& row : kExtensions) {
    if (absl::EndsWithIgnoreCase(object_name, row.extension)) return std::string(row.type);
  }
  return std::string(kText);
}

}  // namespace triad::storage
