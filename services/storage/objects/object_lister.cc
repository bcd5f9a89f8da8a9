#include "services/storage/objects/object_lister.h"

#include <algorithm>
#include <utility>

#include "runtime/base/status.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/object_rows.h"

namespace triad::storage {
namespace {

// Names that are read at a time, because of what may be known about them.
constexpr std::int64_t kMaxBatch = 100;

// Where an ascending list goes on after `place`.
std::string Behind(const ListPlace& place) {
  return place.common ? EndOfNames(place.text) : BehindName(place.text);
}

// One page on its way.
class PageBuilder {
 public:
  PageBuilder(ObjectRows rows, const ObjectQuery& query)
      : rows_(rows),
        query_(query),
        from_(query.prefix),
        until_(EndOfNames(query.prefix)),
        // Without a delimiter every name counts, and one more tells whether there are others.
        batch_(query.delimiter.empty() ? std::min(query.limit + 1, kMaxBatch) : 1) {
    if (query.after.has_value()) GoBehind(*query.after);
    if (query.delimiter.empty()) page_.objects.reserve(static_cast<std::size_t>(query.limit));
  }

  absl::StatusOr<ObjectPage> Build() {
    while (!page_.next.has_value()) {
      TRIAD_ASSIGN_OR_RETURN(std::vector<Object> names,
                             rows_.List({from_, until_, query_.descending, batch_}));
      if (names.empty()) break;
      AddNames(std::move(names));
    }
    return std::move(page_);
  }

 private:
  std::int64_t size() const {
    return static_cast<std::int64_t>(page_.objects.size() + page_.prefixes.size());
  }

  // Up to the first one of a common prefix, whose others need not be looked at.
  void AddNames(std::vector<Object> names) {
    batch_ = std::min({2 * batch_, query_.limit + 1 - size(), kMaxBatch});
    for (Object& object : names) {
      if (size() == query_.limit || bytes_ >= kPageBytes) {
        page_.next = last();
        return;
      }
      std::optional<std::string> common = CommonPrefix(object.name.object);
      ends_with_prefix_ = common.has_value();
      if (common.has_value()) {
        page_.prefixes.push_back(*std::move(common));
        batch_ = 1;
        break;
      }
      bytes_ += DescriptionBytes(object);
      page_.objects.push_back(std::move(object));
    }
    GoBehind(last());
  }

  // Of what the page has.
  ListPlace last() const {
    if (ends_with_prefix_) return {page_.prefixes.back(), true};
    return {page_.objects.back().name.object, false};
  }

  std::optional<std::string> CommonPrefix(const std::string& name) const {
    if (query_.delimiter.empty()) return std::nullopt;
    std::size_t found = name.find(query_.delimiter, query_.prefix.size());
    if (found == std::string::npos) return std::nullopt;
    return name.substr(0, found + query_.delimiter.size());
  }

  void GoBehind(const ListPlace& place) {
    if (query_.descending) {
      until_ = std::min(until_, place.text);
    } else {
      from_ = std::max(from_, Behind(place));
    }
  }

  ObjectRows rows_;
  const ObjectQuery& query_;
  std::string from_;
  std::string until_;
  std::int64_t batch_;
  bool ends_with_prefix_ = false;
  std::size_t bytes_ = 0;
  ObjectPage page_;
};

absl::StatusOr<NameCount> CountNames(db::Database& database, const std::string& bucket,
                                     NameRange range) {
  range.limit = ObjectLister::kMaxCounted + 1;
  auto count = [&](db::Session& session) -> absl::StatusOr<std::int64_t> {
    TRIAD_ASSIGN_OR_RETURN(Bucket found, BucketRows(session).Get(bucket));
    return ObjectRows(session, found).Count(range);
  };
  TRIAD_ASSIGN_OR_RETURN(std::int64_t counted, db::Read(database, count));
  return NameCount{std::min(counted, ObjectLister::kMaxCounted),
                   counted > ObjectLister::kMaxCounted};
}

}  // namespace

absl::StatusOr<ObjectPage> ObjectLister::List(const ObjectQuery& query) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<ObjectPage> {
    TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(query.bucket));
    return PageBuilder(ObjectRows(session, bucket), query).Build();
  });
}

absl::StatusOr<NameCount> ObjectLister::Count(const ObjectQuery& query) {
  return CountNames(database_, query.bucket, {query.prefix, EndOfNames(query.prefix)});
}

absl::StatusOr<NameCount> ObjectLister::CountBefore(const ObjectQuery& query) {
  NameRange range{query.prefix, EndOfNames(query.prefix)};
  if (!query.after.has_value()) {
    range.until = range.from;
  } else if (query.descending) {
    range.from = std::max(range.from, query.after->text);
  } else {
    range.until = std::min(range.until, Behind(*query.after));
  }
  return CountNames(database_, query.bucket, range);
}

}  // namespace triad::storage
