#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/options.h"
#include "runtime/database/database.h"
#include "runtime/database/open.h"
#include "runtime/io/data_directory.h"
#include "runtime/service/service.h"

namespace triad::service {
namespace {

std::string ShortName(absl::string_view name) {
  absl::ConsumePrefix(&name, "triad-");
  return std::string(name);
}

}  // namespace

DataOptions::DataOptions(Service& service)
    : service_(service), data_dir_(absl::StrCat("./data/", ShortName(service.name()))) {
  OptionParser& options = service.options();
  options.Add("data_dir", &data_dir_, "directory that this process owns");
  options.Add(
      "database", &database_url_,
      absl::StrCat("sqlite:PATH; empty: sqlite:<data_dir>/", ShortName(service.name()), ".db"));
  options.Add("database_max_pages", &max_pages_, "most pages of the database file, 0 for no limit");
}

DataOptions::~DataOptions() = default;

const std::string& DataOptions::Directory() {
  if (!directory_) directory_ = service_.OrExit(DataDirectory::Open(data_dir_));
  return directory_->path();
}

std::unique_ptr<db::Database> DataOptions::OpenDatabase(
    absl::Span<const db::Migration> migrations) {
  const std::string& directory = Directory();
  db::OpenOptions options;
  options.url = database_url_.empty()
                    ? absl::StrCat("sqlite:", directory, "/", ShortName(service_.name()), ".db")
                    : database_url_;
  options.max_pages = max_pages_;
  options.metrics = &service_.metrics();
  return service_.OrExit(db::Open(options, migrations));
}

}  // namespace triad::service
