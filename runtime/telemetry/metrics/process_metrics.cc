#include "runtime/telemetry/metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/telemetry/logs/log.h"

namespace triad {
namespace {

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

// What stands behind `word` in the line that begins with it.
std::optional<double> NumberAfter(absl::string_view word, const std::string& path) {
  for (absl::string_view line : absl::StrSplit(TextOf(path), '\n')) {
    std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    double number = 0;
    if (words.size() > 1 && words[0] == word && absl::SimpleAtod(words[1], &number)) return number;
  }
  return {};
}

// Nothing for "max", which is no limit.
std::optional<double> NumberIn(const std::string& path) {
  double bytes = 0;
  if (!absl::SimpleAtod(TextOf(path), &bytes)) return {};
  return bytes;
}

// Files that may limit a group at `path`: its own, and those of the groups above
// it. In a container the path may be the host's; what is mounted there is then
// the group itself, which is the last that is looked at.
std::vector<std::string> LimitFiles(const std::string& mount, std::string path,
                                    absl::string_view name) {
  std::vector<std::string> files;
  for (;; path.resize(path.rfind('/'))) {
    if (absl::EndsWith(path, "/")) path.pop_back();
    files.push_back(absl::StrCat(mount, path, "/", name));
    if (path.empty()) return files;
  }
}

// Fields of /proc/self/stat that follow the command, which may hold anything.
// The first of them is field 3 of proc(5).
std::vector<std::string> StatFields() {
  std::string stat = TextOf("/proc/self/stat");
  std::size_t end_of_command = stat.rfind(") ");
  if (end_of_command == std::string::npos) return {};
  return absl::StrSplit(stat.substr(end_of_command + 2), ' ');
}

std::optional<double> StatField(const std::vector<std::string>& fields, std::size_t number) {
  double value = 0;
  if (fields.size() <= number - 3 || !absl::SimpleAtod(fields[number - 3], &value)) return {};
  return value;
}

std::optional<double> OpenDescriptors() {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  if (error) return {};
  // One of them is the directory that is being read.
  double count = -1;
  for (; entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (error) return {};
    ++count;
  }
  return count;
}

std::optional<double> MaxDescriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  return static_cast<double>(limit.rlim_cur);
}

struct Collector {
  void Add(const char* name, const char* help, std::optional<double> value,
           prometheus::MetricType type = prometheus::MetricType::Gauge) {
    if (!value) return;
    prometheus::ClientMetric metric;
    metric.gauge.value = *value;
    metric.counter.value = *value;
    families.push_back({name, help, type, {metric}});
  }

  std::vector<prometheus::MetricFamily> families;
};

std::optional<double> MachineMemoryBytes(const std::string& root) {
  std::optional<double> kibibytes = NumberAfter("MemTotal:", absl::StrCat(root, "/proc/meminfo"));
  if (!kibibytes) return {};
  return *kibibytes * 1024;
}

std::optional<double> ControlGroupLimitBytes(const std::string& root) {
  std::optional<double> limit;
  std::string mount = absl::StrCat(root, "/sys/fs/cgroup");
  for (absl::string_view line :
       absl::StrSplit(TextOf(absl::StrCat(root, "/proc/self/cgroup")), '\n')) {
    // hierarchy:controllers:path; version 2 has no controllers here.
    std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() != 3 || !absl::StartsWith(parts[2], "/")) continue;
    if (!parts[1].empty() && parts[1] != "memory") continue;
    bool second = parts[1].empty();
    for (const std::string& file :
         LimitFiles(second ? mount : absl::StrCat(mount, "/memory"), parts[2],
                    second ? "memory.max" : "memory.limit_in_bytes")) {
      std::optional<double> found = NumberIn(file);
      if (found) limit = std::min(limit.value_or(*found), *found);
    }
  }
  return limit;
}

}  // namespace

std::optional<double> MemoryLimitBytes(const std::string& root) {
  std::optional<double> machine = MachineMemoryBytes(root);
  std::optional<double> group = ControlGroupLimitBytes(root);
  if (!machine || !group) return machine ? machine : group;
  return std::min(*machine, *group);
}

std::int64_t DefaultMemoryBudget(const std::string& root) {
  constexpr double kWithoutGroup = 1 << 30;
  std::optional<double> machine = MachineMemoryBytes(root);
  std::optional<double> group = ControlGroupLimitBytes(root);
  // Version 1 says "no limit" by a number that no machine has.
  bool limited = group && *group < machine.value_or(kWithoutGroup * 1024);
  double all = limited ? *group : std::min(machine.value_or(kWithoutGroup), 4 * kWithoutGroup);
  return static_cast<std::int64_t>(all / 4);
}

std::vector<prometheus::MetricFamily> CollectProcessMetrics() {
  static const std::optional<double> boot_time = NumberAfter("btime", "/proc/stat");
  static const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  static const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  std::vector<std::string> stat = StatFields();
  auto user = StatField(stat, 14);
  auto system = StatField(stat, 15);
  auto started = StatField(stat, 22);
  auto resident = StatField(stat, 24);

  Collector collector;
  if (user && system) {
    collector.Add("process_cpu_seconds_total", "CPU time used, in seconds.",
                  (*user + *system) / ticks, prometheus::MetricType::Counter);
  }
  if (started && boot_time) {
    collector.Add("process_start_time_seconds", "When the process started, in Unix time.",
                  *boot_time + *started / ticks);
  }
  if (resident) {
    collector.Add("process_resident_memory_bytes", "Memory in RAM.", *resident * page);
  }
  collector.Add("triad_memory_limit_bytes", "What the control group, or the machine, allows.",
                MemoryLimitBytes("/"));
  collector.Add("triad_log_dropped_lines_total",
                "Lines of the log that were dropped because nobody read those before them.",
                static_cast<double>(log::DroppedLines()), prometheus::MetricType::Counter);
  collector.Add("process_threads", "Threads.", StatField(stat, 20));
  collector.Add("process_open_fds", "Open file descriptors.", OpenDescriptors());
  collector.Add("process_max_fds", "Most file descriptors that may be open.", MaxDescriptors());
  return std::move(collector.families);
}

}  // namespace triad
