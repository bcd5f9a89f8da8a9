#include "runtime/service/data_place.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/options/options.h"
#include "runtime/database/sqlite/sqlite_url.h"

namespace triad::service {
namespace {

constexpr absl::string_view kNone = "none";

}  // namespace

DataPlace::DataPlace(absl::string_view program, DataNeed need)
    : need_(need),
      name_(absl::StripPrefix(program, "triad-")),
      directory_(absl::StrCat("./data/", name_)) {}

void DataPlace::AddTo(OptionParser& parser) {
  parser.Add("data_dir", &directory_, "directory that this process owns");
  // Help shows an empty text as none, too.
  absl::string_view without = need_ == DataNeed::kOptional
                                  ? "; the word none: nothing is kept, and data_dir is left alone"
                                  : "";
  parser.Add(
      "database", &database_,
      absl::StrCat("sqlite:PATH?max_pages=N: the file, and the most pages of it, 0 or nothing for "
                   "no limit; empty, as by default: sqlite:<data_dir>/",
                   name_, ".db", without));
  parser.Retired("database_max_pages", "--database=sqlite:PATH?max_pages=N");
}

bool DataPlace::has_database() const { return need_ == DataNeed::kRequired || database_ != kNone; }

std::string DataPlace::DatabaseUrl() const {
  if (!database_.empty()) return database_;
  return db::sqlite::FormatSqliteUrl({.path = absl::StrCat(directory_, "/", name_, ".db")});
}

}  // namespace triad::service
