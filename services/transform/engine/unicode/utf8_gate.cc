#include "services/transform/engine/unicode/utf8_gate.h"

#include <algorithm>

#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/problem.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kReplacement = "\ufffd";

// How many bytes could begin a character, though they are none; 0 if not even one could.
std::size_t BegunLength(absl::string_view bytes) {
  for (std::size_t length = std::min<std::size_t>(bytes.size(), 3); length > 0; --length) {
    auto at = bytes.begin();
    if (Utf8::decode(at, bytes.begin() + length) == boost::locale::utf::incomplete) return length;
  }
  return 0;
}

}  // namespace

absl::Status Utf8Gate::Take(absl::string_view bytes) {
  if (cut_.empty()) return Pass(bytes, false);
  std::string joined = std::exchange(cut_, "");
  joined.append(bytes.data(), bytes.size());
  return Pass(joined, false);
}

absl::Status Utf8Gate::Finish() { return Pass(std::exchange(cut_, ""), true); }

absl::Status Utf8Gate::Pass(absl::string_view bytes, bool last) {
  while (!bytes.empty()) {
    std::size_t valid = ValidUtf8Length(bytes);
    if (valid > 0) TRIAD_RETURN_IF_ERROR(next_(bytes.substr(0, valid)));
    begin_ += valid;
    bytes.remove_prefix(valid);
    if (bytes.empty()) break;
    std::size_t begun = BegunLength(bytes);
    if (begun == bytes.size() && !last) {
      cut_ = std::string(bytes);
      return absl::OkStatus();
    }
    if (invalid_ == InvalidText::kError) return BadInputAt(begin_, "must be text (UTF-8)");
    std::size_t bad = std::max<std::size_t>(begun, 1);
    TRIAD_RETURN_IF_ERROR(next_(kReplacement));
    begin_ += bad;
    bytes.remove_prefix(bad);
  }
  return absl::OkStatus();
}

}  // namespace triad::transform
