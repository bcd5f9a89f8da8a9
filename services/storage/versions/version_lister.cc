#include "services/storage/versions/version_lister.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "runtime/base/status.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/object_rows.h"
#include "services/storage/rows/version_rows.h"

namespace triad::storage {
namespace {

// Versions that are read at a time, because of what they may hold.
constexpr std::int64_t kMaxBatch = 100;
constexpr Generation kAboveAll = std::numeric_limits<Generation>::max();

class PageBuilder {
 public:
  PageBuilder(db::Session& session, const Bucket& bucket, const VersionQuery& query)
      : objects_(session, bucket), versions_(session, bucket), query_(query) {}

  absl::StatusOr<VersionPage> Build() {
    std::string from = query_.object.value_or(query_.prefix);
    std::string until = query_.object.has_value() ? BehindName(from) : EndOfNames(query_.prefix);
    if (query_.after.has_value()) {
      TRIAD_RETURN_IF_ERROR(AddName(query_.after->name, query_.after->generation));
      from = std::max(from, BehindName(query_.after->name));
    }
    while (!Full()) {
      TRIAD_ASSIGN_OR_RETURN(std::optional<std::string> name, NextName(from, until));
      if (!name.has_value()) break;
      TRIAD_RETURN_IF_ERROR(AddName(*name, kAboveAll));
      from = BehindName(*name);
    }
    page_.more = Full();
    if (Room() <= 0) page_.versions.resize(static_cast<std::size_t>(query_.limit));
    return std::move(page_);
  }

 private:
  // One more than is wanted tells that others follow.
  std::int64_t Room() const {
    return query_.limit + 1 - static_cast<std::int64_t>(page_.versions.size());
  }
  bool Full() const { return Room() <= 0 || bytes_ >= kPageBytes; }

  absl::StatusOr<std::optional<std::string>> NextName(const std::string& from,
                                                      const std::string& until) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<Object> current, objects_.List({from, until, false, 1}));
    TRIAD_ASSIGN_OR_RETURN(std::optional<std::string> other, versions_.NextName(from, until));
    if (current.empty()) return other;
    const std::string& name = current.front().name.object;
    return other.has_value() ? std::min(*other, name) : name;
  }

  absl::Status AddName(const std::string& name, Generation below) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<Object> current, objects_.Find(name));
    if (current.has_value() && current->generation < below) Add(*std::move(current));
    while (!Full()) {
      std::int64_t batch = std::min(Room(), kMaxBatch);
      TRIAD_ASSIGN_OR_RETURN(std::vector<Object> others, versions_.ListOf(name, below, batch));
      for (Object& version : others) {
        if (Full()) return absl::OkStatus();
        below = version.generation;
        Add(std::move(version));
      }
      if (static_cast<std::int64_t>(others.size()) < batch) break;
    }
    return absl::OkStatus();
  }

  void Add(Object version) {
    bytes_ += DescriptionBytes(ViewOf(version));
    page_.versions.push_back(std::move(version));
  }

  ObjectRows objects_;
  VersionRows versions_;
  const VersionQuery& query_;
  std::size_t bytes_ = 0;
  VersionPage page_;
};

}  // namespace

absl::StatusOr<VersionPage> VersionLister::List(const VersionQuery& query) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<VersionPage> {
    TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(query.bucket));
    return PageBuilder(session, bucket, query).Build();
  });
}

}  // namespace triad::storage
