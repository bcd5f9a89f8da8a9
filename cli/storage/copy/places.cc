#include "cli/storage/copy/places.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/storage/call.h"
#include "runtime/base/status.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {
namespace {

namespace fs = std::filesystem;
namespace v1 = storage::v1;

constexpr std::size_t kMaxSome = 1000;

bool IsDirectory(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool IsFolder(const Place& place) {
  if (place.in_storage) return place.object.is_folder();
  return absl::EndsWith(place.file, "/") || IsDirectory(place.file);
}

absl::Status CheckSource(const Place& from, bool recursive, const std::string& text) {
  bool folder = IsFolder(from);
  if (!recursive && folder) {
    return UsageError(absl::StrCat("SOURCE: '", text, "' is a folder; give -r for what is below"));
  }
  if (recursive && !from.in_storage && !folder) {
    return UsageError(absl::StrCat("SOURCE: expected a directory with -r, not '", text, "'"));
  }
  return absl::OkStatus();
}

// Two files are for cp(1); a folder that is copied into itself would never be done.
absl::Status CheckPair(const Place& from, const Place& to, bool recursive) {
  if (!from.in_storage && !to.in_storage) {
    return UsageError("DESTINATION: expected triad://BUCKET/NAME, as SOURCE is a file");
  }
  if (recursive && to.is_pipe()) return UsageError("DESTINATION: expected a folder with -r, not -");
  bool inside = recursive && from.in_storage && to.in_storage &&
                from.object.bucket == to.object.bucket &&
                absl::StartsWith(to.object.folder().name, from.object.folder().name);
  if (!inside) return absl::OkStatus();
  return UsageError(absl::StrCat("DESTINATION: '", to.text(), "' is below SOURCE"));
}

absl::StatusOr<Copying> Resolve(const std::string& text, const Place& destination, bool several,
                                bool recursive) {
  TRIAD_ASSIGN_OR_RETURN(Place from, ParsePlace("SOURCE", text));
  TRIAD_RETURN_IF_ERROR(CheckSource(from, recursive, text));
  TRIAD_RETURN_IF_ERROR(CheckPair(from, destination, recursive));
  bool keeps_name = several || (!recursive && IsFolder(destination));
  if (destination.is_pipe() || !keeps_name) return Copying{from, destination};
  if (from.is_pipe())
    return UsageError("DESTINATION: expected a name, as SOURCE is - and has none");
  return Copying{from, destination.Below(from.base_name())};
}

// Whether `name` stays below where it is put, whatever a server says.
bool StaysBelow(absl::string_view name) {
  for (absl::string_view segment : absl::StrSplit(name, '/')) {
    if (segment.empty() || segment == "." || segment == "..") return false;
  }
  return true;
}

absl::Status ForEachFile(const std::string& folder, const TakeFound& take) {
  std::error_code error;
  std::vector<FoundBelow> some;
  fs::path root = folder;
  for (auto at = fs::recursive_directory_iterator(root, error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    if (!at->is_regular_file(ignored)) continue;
    FoundBelow found = {at->path().lexically_relative(root).generic_string(),
                        Place{.file = at->path().string()},
                        {}};
    found.about.set_size(static_cast<std::int64_t>(at->file_size(ignored)));
    some.push_back(std::move(found));
    if (some.size() < kMaxSome) continue;
    TRIAD_RETURN_IF_ERROR(take(std::exchange(some, {})));
  }
  if (error) return absl::InternalError(absl::StrCat(folder, ": ", error.message()));
  return some.empty() ? absl::OkStatus() : take(some);
}

absl::Status TakePage(const v1::ListObjectsResponse& page, std::size_t prefix,
                      const TakeFound& take) {
  std::vector<FoundBelow> some;
  for (const v1::Object& object : page.objects()) {
    ObjectPath path = PathOfResource(object.name());
    std::string name = path.name.substr(std::min(prefix, path.name.size()));
    if (!StaysBelow(name)) {
      return absl::InvalidArgumentError(absl::StrCat(path.text(), ": is no name below a folder"));
    }
    some.push_back({name, Place{.in_storage = true, .object = path}, object});
  }
  return some.empty() ? absl::OkStatus() : take(some);
}

absl::Status ForEachObject(Session& session, const ObjectPath& folder, const TakeFound& take) {
  v1::ListObjectsRequest request;
  request.set_parent(folder.bucket_resource());
  request.set_prefix(folder.name);
  request.set_page_size(kMaxPageSize);
  absl::Status taken;
  TRIAD_RETURN_IF_ERROR(ForEachStoragePage<v1::ListObjectsResponse>(
      session, "ListObjects", request, [&](const v1::ListObjectsResponse& page) {
        taken = TakePage(page, folder.name.size(), take);
        return taken.ok();
      }));
  return taken;
}

}  // namespace

Place Place::Below(absl::string_view name) const {
  Place below = *this;
  if (in_storage) {
    below.object = object.folder();
    below.object.name.append(name.data(), name.size());
  } else {
    below.file = (fs::path(file) / std::string(name)).string();
  }
  return below;
}

std::string Place::base_name() const {
  std::string name = in_storage ? object.name : file;
  while (!name.empty() && name.back() == '/') name.pop_back();
  if (name.empty()) return object.bucket;
  return name.substr(name.rfind('/') + 1);
}

absl::StatusOr<Place> ParsePlace(absl::string_view argument, const std::string& text) {
  if (!IsObjectPath(text)) return Place{.file = text};
  TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParsePath(argument, text));
  return Place{.in_storage = true, .object = std::move(path)};
}

absl::StatusOr<std::vector<Copying>> ResolveCopies(const std::vector<std::string>& arguments,
                                                   bool recursive) {
  std::size_t sources = arguments.size() - 1;
  TRIAD_ASSIGN_OR_RETURN(Place destination, ParsePlace("DESTINATION", arguments.back()));
  std::vector<Copying> copies;
  for (std::size_t i = 0; i < sources; ++i) {
    TRIAD_ASSIGN_OR_RETURN(Copying one, Resolve(arguments[i], destination, sources > 1, recursive));
    copies.push_back(std::move(one));
  }
  return copies;
}

absl::Status ForEachBelow(Session& session, const Place& folder, const TakeFound& take) {
  if (folder.in_storage) return ForEachObject(session, folder.object.folder(), take);
  return ForEachFile(folder.file, take);
}

}  // namespace triad::cli
