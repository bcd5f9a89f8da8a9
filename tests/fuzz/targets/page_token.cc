// Page tokens: those that are made, and those that are made up. The input is a query of
// one part, as many bytes as its first byte says, and a place or a token.
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/rpc/paging.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using rpc::MakePageToken;
using rpc::ParsePageToken;

void CheckMade(absl::string_view query, absl::string_view place) {
  std::string token = MakePageToken({query, "b"}, place);
  for (char c : token) {
    bool safe = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
    Require(safe, "a token needs no escapes", token);
  }
  absl::StatusOr<std::string> parsed = ParsePageToken({query, "b"}, token);
  Require(parsed.ok(), "a token is good for its query", token);
  RequireEqual(*parsed, place, "a token goes on from its place");
  Require(!ParsePageToken({absl::StrCat(query, "b"), ""}, token).ok(),
          "a token is no good for another query", token);
  std::string damaged = token;
  damaged[place.size() % token.size()] ^= 1;
  Require(!ParsePageToken({query, "b"}, damaged).ok(), "a damaged token is refused", damaged);
}

const Registration kTarget("page_token", [](absl::string_view bytes) {
  Input input(bytes);
  absl::string_view query = input.TakeCounted();
  absl::string_view text = input.rest();
  absl::StatusOr<std::string> place = ParsePageToken({query}, text);
  if (text.empty()) return Require(place.ok() && place->empty(), "no token is the first page");
  if (place.ok()) RequireEqual(MakePageToken({query}, *place), text, "a place has one token");
  CheckMade(query, text);
});

}  // namespace
}  // namespace triad::fuzz
