// Names of buckets and objects, as people write them: triad://BUCKET/NAME.
//
// What stands behind the bucket's slash is the name as it is: no character of it is escaped,
// and none means another.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session.h"

namespace triad::cli {

struct ObjectPath {
  std::string bucket;
  std::string name;  // of an object, or what names begin with; may be empty

  // "buckets/BUCKET"
  std::string bucket_resource() const;
  // "buckets/BUCKET/objects/NAME"
  std::string resource() const;
  // "triad://BUCKET/NAME"
  std::string text() const;
  // With a name that is empty or ends with '/': what is below it.
  ObjectPath folder() const;
  // Whether it can only be a folder: without a name, or with one that ends with '/'.
  bool is_folder() const;
};

// Whether `text` means something in storage, and not a file.
bool IsObjectPath(absl::string_view text);

// A usage error that names `argument` for what is no path of storage. Whether the bucket has a
// good name is for the server to say.
absl::StatusOr<ObjectPath> ParsePath(absl::string_view argument, absl::string_view text);
// The same, of one object.
absl::StatusOr<ObjectPath> ParseObject(absl::string_view argument, absl::string_view text);
// The same, of "triad://BUCKET" or "BUCKET".
absl::StatusOr<ObjectPath> ParseBucket(absl::string_view argument, absl::string_view text);

// Of the name of a resource: a bucket, or an object.
ObjectPath PathOfResource(absl::string_view resource);

// Candidates of completion, asked from the server.
std::vector<std::string> BucketCandidates(Session& session, absl::string_view begun);
std::vector<std::string> ObjectCandidates(Session& session, absl::string_view begun);

inline Argument ObjectArgument() {
  return {"PATH", "an object, triad://BUCKET/NAME", false, false, {}, ObjectCandidates};
}

}  // namespace triad::cli
