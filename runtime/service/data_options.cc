#include <sys/statvfs.h>

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/options/options.h"
#include "runtime/database/database.h"
#include "runtime/database/open.h"
#include "runtime/database/sqlite/sqlite_url.h"
#include "runtime/io/data_directory.h"
#include "runtime/io/executor.h"
#include "runtime/service/service.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::service {
namespace {

std::string ShortName(absl::string_view name) {
  absl::ConsumePrefix(&name, "triad-");
  return std::string(name);
}

using DiskFact = double (*)(const struct statvfs&);

struct DiskGauge {
  const char* name;
  const char* help;
  DiskFact fact;
};

// Free is what is free for this user. File systems that make inodes as they need
// them have none to count.
constexpr DiskGauge kDiskGauges[] = {
    {"triad_data_free_bytes", "Free on the disk that has the data directory.",
     [](const struct statvfs& disk) { return static_cast<double>(disk.f_bavail) * disk.f_frsize; }},
    {"triad_data_capacity_bytes", "Size of the disk that has the data directory.",
     [](const struct statvfs& disk) { return static_cast<double>(disk.f_blocks) * disk.f_frsize; }},
    {"triad_data_free_inodes", "Files that may still be made on it.",
     [](const struct statvfs& disk) { return static_cast<double>(disk.f_favail); }},
    {"triad_data_capacity_inodes", "Files that it can hold.",
     [](const struct statvfs& disk) { return static_cast<double>(disk.f_files); }},
};

void ReportDisk(Metrics& metrics, const std::string& directory) {
  for (const DiskGauge& gauge : kDiskGauges) {
    metrics.BlockingGaugeFunction(gauge.name, gauge.help, {}, [directory, fact = gauge.fact] {
      struct statvfs disk;
      bool known = statvfs(directory.c_str(), &disk) == 0;
      return known ? fact(disk) : std::numeric_limits<double>::quiet_NaN();
    });
  }
}

}  // namespace

DataOptions::DataOptions(Service& service)
    : service_(service), data_dir_(absl::StrCat("./data/", ShortName(service.name()))) {
  OptionParser& options = service.options();
  options.Add("data_dir", &data_dir_, "directory that this process owns");
  options.Add(
      "database", &database_url_,
      absl::StrCat("sqlite:PATH?max_pages=N: the file, and the most pages of it, 0 or nothing for "
                   "no limit; empty: sqlite:<data_dir>/",
                   ShortName(service.name()), ".db"));
  options.Retired("database_max_pages", "--database=sqlite:PATH?max_pages=N");
}

DataOptions::~DataOptions() = default;

const std::string& DataOptions::Directory() {
  if (!directory_) {
    directory_ = service_.OrExit(DataDirectory::Open(data_dir_));
    service_.KeepCrashesIn(absl::StrCat(directory_->path(), "/crash"));
    ReportDisk(service_.metrics(), directory_->path());
  }
  return directory_->path();
}

std::unique_ptr<db::Database> DataOptions::OpenDatabase(
    absl::Span<const db::Migration> migrations) {
  const std::string& directory = Directory();
  db::OpenOptions options;
  options.url = database_url_;
  if (options.url.empty()) {
    options.url = db::sqlite::FormatSqliteUrl(
        {.path = absl::StrCat(directory, "/", ShortName(service_.name()), ".db")});
  }
  options.metrics = &service_.metrics();
  options.max_waiting_writes = service_.executor().queue_limit(Lane::kWrite);
  return service_.OrExit(db::Open(options, migrations));
}

}  // namespace triad::service
