#include "services/storage/testing/store_state.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "services/storage/content/content_reader.h"

namespace triad::storage {
namespace {

constexpr std::int64_t kAll = 1000;
constexpr std::size_t kShown = 6;  // bytes of each content in a message

std::string KeyOf(const ObjectName& name) { return absl::StrCat(name.bucket, "/", name.object); }

absl::Status NotWhole(const std::string& what) {
  return absl::DataLossError(absl::StrCat(what, " is not whole"));
}

absl::StatusOr<SeenVersion> LookAt(StorageFixture& storage, const Object& version) {
  if (version.deleted) return SeenVersion{.content = "", .owner = "", .deleted = true};
  TRIAD_ASSIGN_OR_RETURN(ObjectContent found,
                         storage.objects->Open(version.name, version.generation));
  TRIAD_ASSIGN_OR_RETURN(std::string bytes, found.content->Read(256 << 20));
  bool whole = static_cast<std::int64_t>(bytes.size()) == version.size &&
               Crc32c::Of(bytes) == version.crc32c &&
               (version.sha256.empty() || version.sha256 == Sha256::Of(bytes).hex());
  if (!whole) return NotWhole(KeyOf(version.name));
  auto owner = version.properties.metadata.find("owner");
  return SeenVersion{std::move(bytes),
                     owner == version.properties.metadata.end() ? "" : owner->second, false};
}

absl::Status LookAtUploads(StorageFixture& storage, const std::string& bucket, StoreState& state) {
  TRIAD_ASSIGN_OR_RETURN(UploadPage page, storage.uploads->List({.bucket = bucket, .limit = kAll}));
  for (const Upload& upload : page.uploads) {
    auto& parts = state.uploads[KeyOf(upload.name)];
    TRIAD_ASSIGN_OR_RETURN(PartPage found,
                           storage.uploads->ListParts({upload.name, upload.id}, 0, kAll));
    for (const UploadPart& part : found.parts) {
      TRIAD_ASSIGN_OR_RETURN(
          std::unique_ptr<ContentReader> reader,
          ContentReader::Open(storage.parts->content(), part.content, {0, part.size}));
      TRIAD_ASSIGN_OR_RETURN(std::string bytes, reader->Read(256 << 20));
      if (Sha256::Of(bytes).hex() != part.sha256) return NotWhole(KeyOf(upload.name));
      parts[part.number] = std::move(bytes);
    }
  }
  return absl::OkStatus();
}

// That the list of objects has what is current, and nothing else.
absl::Status CheckList(StorageFixture& storage, const std::string& bucket,
                       const StoreState& state) {
  std::set<std::string> current;
  for (const auto& [key, versions] : state.objects) {
    if (key.starts_with(bucket + "/") && !versions.front().deleted) current.insert(key);
  }
  std::set<std::string> listed;
  auto take = [&](const ObjectView& object) {
    listed.insert(KeyOf({std::string(object.bucket), std::string(object.name)}));
  };
  TRIAD_RETURN_IF_ERROR(storage.lister->List({.bucket = bucket, .limit = kAll}, take).status());
  return listed == current ? absl::OkStatus() : NotWhole("the list of " + bucket);
}

}  // namespace

const SeenVersion* StoreState::Current(const std::string& name) const {
  auto found = objects.find(name);
  if (found == objects.end() || found->second.front().deleted) return nullptr;
  return &found->second.front();
}

absl::StatusOr<StoreState> Look(StorageFixture& storage) {
  StoreState state;
  TRIAD_ASSIGN_OR_RETURN(BucketPage buckets, storage.buckets->List({"", "", kAll}));
  for (const Bucket& bucket : buckets.buckets) {
    if (bucket.deleting) continue;
    TRIAD_ASSIGN_OR_RETURN(VersionPage page,
                           storage.versions->List({.bucket = bucket.id, .limit = kAll}));
    for (const Object& version : page.versions) {
      TRIAD_ASSIGN_OR_RETURN(SeenVersion seen, LookAt(storage, version));
      state.objects[KeyOf(version.name)].push_back(std::move(seen));
    }
    TRIAD_RETURN_IF_ERROR(LookAtUploads(storage, bucket.id, state));
    TRIAD_RETURN_IF_ERROR(CheckList(storage, bucket.id, state));
  }
  return state;
}

std::string Describe(const StoreState& state) {
  std::string text;
  for (const auto& [name, versions] : state.objects) {
    absl::StrAppend(&text, " ", name, "[");
    for (const SeenVersion& version : versions) {
      absl::StrAppend(&text, version.deleted ? "-" : version.content.substr(0, kShown), "(",
                      version.content.size(), ")", version.owner, ";");
    }
    absl::StrAppend(&text, "]");
  }
  for (const auto& [name, parts] : state.uploads) {
    absl::StrAppend(&text, " upload ", name, "[");
    for (const auto& [number, bytes] : parts)
      absl::StrAppend(&text, number, "=", bytes.size(), ";");
    absl::StrAppend(&text, "]");
  }
  return text;
}

}  // namespace triad::storage
