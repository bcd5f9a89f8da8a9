#include "runtime/http_client/user_info.h"

namespace triad::http_client {
namespace {

constexpr absl::string_view kBreaks = " \t\r\n'\"<>";

}  // namespace

std::string WithoutUserInfo(absl::string_view text) {
  std::string kept(text);
  for (std::size_t at = kept.rfind('@'); at != std::string::npos; at = kept.rfind('@')) {
    // A password may hold any of "/", ":" and "@", so the whole word goes.
    std::size_t before = kept.find_last_of(kBreaks.data(), at);
    std::size_t word = before == std::string::npos ? 0 : before + 1;
    std::size_t scheme = kept.find("://", word);
    std::size_t begin = scheme < at ? scheme + 3 : word;
    kept.erase(begin, at + 1 - begin);
  }
  return kept;
}

}  // namespace triad::http_client
