// Entity tags, and the conditions of If-Match and If-None-Match (RFC 9110, section 13.1).
// The tag of a resource is its etag, which is strong.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad {

struct EtagList {
  struct Tag {
    std::string value;  // without quotes
    bool weak = false;
  };
  bool any = false;  // "*": every resource there is
  std::vector<Tag> tags;

  // Whether the etag of a resource is listed; nullopt stands for one that is not there.
  // Strong comparison never matches a weak tag of the list.
  bool MatchesStrongly(const std::optional<std::string>& etag) const;
  bool MatchesWeakly(const std::optional<std::string>& etag) const;
};

//   EtagList = "*" / Tag *( "," Tag )     Tag = [ "W/" ] DQUOTE *etagc DQUOTE
// INVALID_ARGUMENT naming `header` for anything else.
absl::StatusOr<EtagList> ParseEtagList(absl::string_view header, absl::string_view value);

// When a resource may be written. Both unset: always.
struct EtagCondition {
  std::optional<EtagList> if_match;       // what is there now must be one of these
  std::optional<EtagList> if_none_match;  // what is there now must be none of these

  // FAILED_PRECONDITION, naming `resource`, if its etag does not fit; nullopt stands for
  // one that is not there.
  absl::Status Check(absl::string_view resource, const std::optional<std::string>& etag) const;
};

// From the headers' values; INVALID_ARGUMENT as of ParseEtagList.
absl::StatusOr<EtagCondition> ParseEtagCondition(const std::optional<std::string>& if_match,
                                                 const std::optional<std::string>& if_none_match);

}  // namespace triad
