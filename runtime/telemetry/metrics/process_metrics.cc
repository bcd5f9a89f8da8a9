#include "runtime/telemetry/metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "runtime/telemetry/metrics/memory_limit.h"

namespace triad {
namespace {

std::string ReadProcFile(const char* path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

// Fields of /proc/self/stat that follow the command, which may hold anything.
// The first of them is field 3 of proc(5).
std::vector<std::string> StatFields() {
  std::string stat = ReadProcFile("/proc/self/stat");
  std::size_t end_of_command = stat.rfind(") ");
  if (end_of_command == std::string::npos) return {};
  return absl::StrSplit(stat.substr(end_of_command + 2), ' ');
}

std::optional<double> StatField(const std::vector<std::string>& fields, std::size_t number) {
  double value = 0;
  if (fields.size() <= number - 3 || !absl::SimpleAtod(fields[number - 3], &value)) return {};
  return value;
}

std::optional<double> BootTime() {
  for (absl::string_view line : absl::StrSplit(ReadProcFile("/proc/stat"), '\n')) {
    double seconds = 0;
    if (line.substr(0, 6) == "btime " && absl::SimpleAtod(line.substr(6), &seconds)) return seconds;
  }
  return {};
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

}  // namespace

std::vector<prometheus::MetricFamily> CollectProcessMetrics() {
  static const std::optional<double> boot_time = BootTime();
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
  collector.Add("process_threads", "Threads.", StatField(stat, 20));
  collector.Add("process_open_fds", "Open file descriptors.", OpenDescriptors());
  collector.Add("process_max_fds", "Most file descriptors that may be open.", MaxDescriptors());
  return std::move(collector.families);
}

}  // namespace triad
