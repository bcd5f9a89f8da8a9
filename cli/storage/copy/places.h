// Where content comes from and goes to: files and objects.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session.h"
#include "cli/storage/paths.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {

struct Place {
  bool in_storage = false;
  ObjectPath object = {};  // in storage
  std::string file = {};   // else; "-" is standard input or output

  bool is_pipe() const { return !in_storage && file == "-"; }
  std::string text() const { return in_storage ? object.text() : file; }
  // What has the name `name`, with its folders, below this.
  Place Below(absl::string_view name) const;
  // Its name without folders; a bucket's own for one without a name.
  std::string base_name() const;
};

absl::StatusOr<Place> ParsePlace(absl::string_view argument, const std::string& text);

// One that is to be like another; of folders, all that is below them.
struct Copying {
  Place from;
  Place to;
};

// What "SOURCE... DESTINATION" means. Several sources, and one for which DESTINATION is a
// folder, go below it with their names. With `recursive` the two are folders, and what is below
// SOURCE is below DESTINATION afterwards. Usage errors that name the argument.
absl::StatusOr<std::vector<Copying>> ResolveCopies(const std::vector<std::string>& arguments,
                                                   bool recursive);

// What there is below a folder.
struct FoundBelow {
  std::string name;  // with the folders that it is in, below that one
  Place place;
  storage::v1::Object about;  // as the list has it; of a file its size alone
};

// Hands all that is below `folder` to `take`, some at a time. Links to directories are not
// followed. Ends with the first error.
using TakeFound = std::function<absl::Status(const std::vector<FoundBelow>& some)>;
absl::Status ForEachBelow(Session& session, const Place& folder, const TakeFound& take);

}  // namespace triad::cli
