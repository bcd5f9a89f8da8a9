// The process's metrics, on prometheus-cpp.
//
// Names follow Prometheus: `triad_` first, unit last, `_total` on counters. No
// label value comes from user input. Make families once, at construction, and
// keep references to the children that a hot path needs.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/base/background.h"
#include "runtime/base/mutex.h"
#include "runtime/telemetry/metrics/latency_histogram.h"

namespace triad {

using Labels = std::map<std::string, std::string>;

// Thread-safe. What it returns lives as long as it does; asking twice with the
// same name and labels gives the same object.
class Metrics {
 public:
  // Registers process CPU, memory and its limit, descriptors, start time and
  // build info.
  explicit Metrics(absl::string_view service, const Clock& clock = Clock::System());
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  prometheus::Counter& Counter(const std::string& name, const std::string& help,
                               const Labels& labels = {});
  prometheus::Gauge& Gauge(const std::string& name, const std::string& help,
                           const Labels& labels = {});
  // Buckets in seconds, 100 µs to 30 s.
  LatencyHistogram& LatencySeconds(const std::string& name, const std::string& help,
                                   const Labels& labels = {});
  // Buckets 1, 2, 4 … 256, for how many of something came together.
  prometheus::Histogram& CountHistogram(const std::string& name, const std::string& help,
                                        const Labels& labels = {});
  // A gauge read at scrape time. `read` is called from the scraping thread, so it does
  // not block, and must stay valid for as long as this object.
  void GaugeFunction(const std::string& name, const std::string& help, const Labels& labels,
                     std::function<double()> read);
  // A gauge whose `read` may wait, for a disk: it is called now and then every five
  // seconds on a thread of its own, and scrapes give what it said last.
  void BlockingGaugeFunction(const std::string& name, const std::string& help, const Labels& labels,
                             std::function<double()> read);

  // Prometheus text format 0.0.4.
  std::string Scrape();
  // OpenMetrics text format 1.0.0: the same, and exemplars.
  std::string ScrapeOpenMetrics();

 private:
  // A gauge that is asked when it is scraped.
  struct GaugeSource {
    std::string help;
    std::vector<prometheus::ClientMetric::Label> labels;
    std::function<double()> read;
  };

  // A gauge that is set by a thread.
  struct BlockingSource {
    prometheus::Gauge* gauge;
    std::function<double()> read;
  };

  std::vector<prometheus::MetricFamily> Collect();
  void ReadBlocking();

  const Clock& clock_;
  prometheus::Registry registry_{prometheus::Registry::InsertBehavior::Merge};
  Mutex mutex_;
  std::map<std::string, std::vector<GaugeSource>> sources_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, Labels>, std::unique_ptr<LatencyHistogram>> latencies_
      ABSL_GUARDED_BY(mutex_);
  std::vector<BlockingSource> blocking_ ABSL_GUARDED_BY(mutex_);
  std::optional<Background> reader_ ABSL_GUARDED_BY(mutex_);  // last: it uses the rest
};

}  // namespace triad
