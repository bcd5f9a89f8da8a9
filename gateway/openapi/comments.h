// Comments of protos, as text.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/strings/string_view.h"

namespace triad::gateway {

// Without the space behind each "//", and without lines for tools ("buf:lint:").
std::string CleanComment(absl::string_view comment);

// The comment before a descriptor of any kind, else the one behind it; empty if
// there is none or if the set was made without --include_source_info.
template <typename DescriptorType>
std::string CommentOf(const DescriptorType& descriptor) {
  google::protobuf::SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  std::string leading = CleanComment(location.leading_comments);
  return leading.empty() ? CleanComment(location.trailing_comments) : leading;
}

// The first sentence, on one line, without its full stop.
std::string FirstSentence(absl::string_view comment);

}  // namespace triad::gateway
