#include "services/storage/objects/object_lister.h"

#include <algorithm>
#include <utility>

#include "runtime/base/status.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/object_rows.h"

namespace triad::storage {
namespace {

// Where an ascending list goes on after `place`.
std::string Behind(const ListPlace& place) {
  return place.common ? EndOfNames(place.text) : BehindName(place.text);
}

// One page on its way.
class PageBuilder {
 public:
  PageBuilder(ObjectRows rows, const ObjectQuery& query, ObjectLister::Take take)
      : rows_(rows),
        query_(query),
        take_(take),
        from_(query.prefix),
        until_(EndOfNames(query.prefix)) {
    if (query.after.has_value()) GoBehind(*query.after);
  }

  absl::StatusOr<ObjectPage> Build() {
    while (!page_.next.has_value()) {
      ends_with_prefix_ = false;
      // One more tells whether there are others.
      TRIAD_RETURN_IF_ERROR(
          rows_.Visit({from_, until_, query_.descending, query_.limit + 1 - size_},
                      [&](const ObjectView& object) { return Add(object); }));
      if (!ends_with_prefix_) break;
      GoBehind({page_.prefixes.back(), true});
    }
    return std::move(page_);
  }

 private:
  // Whether to go on: not behind the first name of a common prefix, as the others need not be
  // looked at.
  bool Add(const ObjectView& object) {
    if (size_ == query_.limit || bytes_ >= kPageBytes) {
      page_.next = last_;
      return false;
    }
    ++size_;
    absl::string_view common = CommonPrefix(object.name);
    ends_with_prefix_ = !common.empty();
    absl::string_view last = ends_with_prefix_ ? common : object.name;
    last_.text.assign(last.data(), last.size());
    last_.common = ends_with_prefix_;
    if (ends_with_prefix_) {
      page_.prefixes.emplace_back(common);
      return false;
    }
    bytes_ += DescriptionBytes(object);
    take_(object);
    return true;
  }

  // Empty for none.
  absl::string_view CommonPrefix(absl::string_view name) const {
    if (query_.delimiter.empty()) return "";
    std::size_t found = name.find(query_.delimiter, query_.prefix.size());
    if (found == absl::string_view::npos) return "";
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
  const ObjectLister::Take take_;
  std::string from_;
  std::string until_;
  std::int64_t size_ = 0;  // of names and common prefixes
  std::size_t bytes_ = 0;
  ListPlace last_;                 // of what the page has
  bool ends_with_prefix_ = false;  // whether the last query did
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

absl::StatusOr<ObjectPage> ObjectLister::List(const ObjectQuery& query, Take take) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<ObjectPage> {
    TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(query.bucket));
    return PageBuilder(ObjectRows(session, bucket), query, take).Build();
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
