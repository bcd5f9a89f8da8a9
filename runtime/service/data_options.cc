#include <sys/statvfs.h>

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/database/database.h"
#include "runtime/database/open.h"
#include "runtime/io/data_directory.h"
#include "runtime/io/executor.h"
#include "runtime/service/service.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::service {
namespace {

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

DataOptions::DataOptions(Service& service, DataNeed need)
    : service_(service), place_(service.name(), need) {
  place_.AddTo(service.options());
}

DataOptions::~DataOptions() = default;

const std::string& DataOptions::Directory() {
  if (!directory_) {
    directory_ = service_.OrExit(DataDirectory::Open(place_.directory()));
    service_.KeepCrashesIn(absl::StrCat(directory_->path(), "/crash"));
    ReportDisk(service_.metrics(), directory_->path());
  }
  return directory_->path();
}

std::unique_ptr<db::Database> DataOptions::OpenDatabase(
    absl::Span<const db::Migration> migrations) {
  if (!place_.has_database()) return nullptr;
  Directory();
  db::OpenOptions options;
  options.url = place_.DatabaseUrl();
  options.metrics = &service_.metrics();
  options.max_waiting_writes = service_.executor().queue_limit(Lane::kWrite);
  return service_.OrExit(db::Open(options, migrations));
}

}  // namespace triad::service
