#include "runtime/service/data_place.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/options/options.h"
#include "runtime/database/sqlite/sqlite_url.h"

namespace triad::service {

DataPlace::DataPlace(absl::string_view program)
    : name_(absl::StripPrefix(program, "triad-")), directory_(absl::StrCat("./data/", name_)) {}

void DataPlace::AddTo(OptionParser& parser) {
  parser.Add("data_dir", &directory_, "directory that this process owns");
  parser.Add(
      "database", &database_,
      absl::StrCat("sqlite:PATH?max_pages=N: the file, and the most pages of it, 0 or nothing for "
                   "no limit; empty: sqlite:<data_dir>/",
                   name_, ".db"));
  parser.Retired("database_max_pages", "--database=sqlite:PATH?max_pages=N");
}

std::string DataPlace::DatabaseUrl() const {
  if (!database_.empty()) return database_;
  return db::sqlite::FormatSqliteUrl({.path = absl::StrCat(directory_, "/", name_, ".db")});
}

}  // namespace triad::service
