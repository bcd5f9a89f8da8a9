#include "runtime/telemetry/metrics/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include <optional>
#include <utility>
#include <vector>

#include "runtime/base/mutex.h"
#include "runtime/base/version.h"
#include "runtime/telemetry/metrics/openmetrics.h"
#include "runtime/telemetry/metrics/process_metrics.h"

namespace triad {
namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

const Buckets& LatencyBuckets() {
  static const auto* const buckets =
      new Buckets{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                  0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30};
  return *buckets;
}

const Buckets& CountBuckets() {
  static const auto* const buckets = new Buckets{1, 2, 4, 8, 16, 32, 64, 128, 256};
  return *buckets;
}

// A gauge that is asked when it is scraped.
struct GaugeSource {
  std::string help;
  std::vector<prometheus::ClientMetric::Label> labels;
  std::function<double()> read;
};

std::vector<prometheus::ClientMetric::Label> ToLabels(const Labels& labels) {
  std::vector<prometheus::ClientMetric::Label> result;
  for (const auto& [name, value] : labels) result.push_back({name, value});
  return result;
}

}  // namespace

struct Metrics::Impl {
  explicit Impl(const Clock& now) : clock(now) {}

  prometheus::Histogram& Histogram(const std::string& name, const std::string& help,
                                   const Labels& labels, const Buckets& buckets) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(labels,
                                                                                     buckets);
  }

  std::vector<prometheus::MetricFamily> CollectSources() {
    MutexLock lock(mutex);
    std::vector<prometheus::MetricFamily> families;
    for (const auto& [name, list] : sources) {
      prometheus::MetricFamily family{name, list.front().help, prometheus::MetricType::Gauge, {}};
      for (const GaugeSource& source : list) {
        prometheus::ClientMetric& metric = family.metric.emplace_back();
        metric.label = source.labels;
        metric.gauge.value = source.read();
      }
      families.push_back(std::move(family));
    }
    return families;
  }

  std::vector<prometheus::MetricFamily> Collect() {
    std::vector<prometheus::MetricFamily> families = registry.Collect();
    for (auto&& part : {CollectSources(), CollectProcessMetrics()}) {
      families.insert(families.end(), part.begin(), part.end());
    }
    return families;
  }

  std::vector<std::optional<Exemplar>> ExemplarsOf(const std::string& family,
                                                   const prometheus::ClientMetric& metric) {
    Labels labels;
    for (const auto& label : metric.label) labels.emplace(label.name, label.value);
    MutexLock lock(mutex);
    auto found = latencies.find({family, labels});
    return found == latencies.end() ? std::vector<std::optional<Exemplar>>()
                                    : found->second->exemplars();
  }

  const Clock& clock;
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  Mutex mutex;
  std::map<std::string, std::vector<GaugeSource>> sources ABSL_GUARDED_BY(mutex);
  std::map<std::pair<std::string, Labels>, std::unique_ptr<LatencyHistogram>> latencies
      ABSL_GUARDED_BY(mutex);
};

Metrics::Metrics(absl::string_view service, const Clock& clock)
    : impl_(std::make_unique<Impl>(clock)) {
  const BuildInfo& build = GetBuildInfo();
  Gauge("triad_build_info", "Always 1; the labels say what was built.",
        {{"service", std::string(service)},
         {"version", std::string(build.version)},
         {"commit", std::string(build.commit)},
         {"compiler", std::string(build.compiler)}})
      .Set(1);
}

Metrics::~Metrics() = default;

prometheus::Counter& Metrics::Counter(const std::string& name, const std::string& help,
                                      const Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry).Add(labels);
}

prometheus::Gauge& Metrics::Gauge(const std::string& name, const std::string& help,
                                  const Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add(labels);
}

LatencyHistogram& Metrics::LatencySeconds(const std::string& name, const std::string& help,
                                          const Labels& labels) {
  prometheus::Histogram& histogram = impl_->Histogram(name, help, labels, LatencyBuckets());
  MutexLock lock(impl_->mutex);
  std::unique_ptr<LatencyHistogram>& known = impl_->latencies[{name, labels}];
  if (known == nullptr)
    known = std::make_unique<LatencyHistogram>(histogram, LatencyBuckets(), impl_->clock);
  return *known;
}

prometheus::Histogram& Metrics::CountHistogram(const std::string& name, const std::string& help,
                                               const Labels& labels) {
  return impl_->Histogram(name, help, labels, CountBuckets());
}

void Metrics::GaugeFunction(const std::string& name, const std::string& help, const Labels& labels,
                            std::function<double()> read) {
  MutexLock lock(impl_->mutex);
  impl_->sources[name].push_back({help, ToLabels(labels), std::move(read)});
}

std::string Metrics::Scrape() { return prometheus::TextSerializer().Serialize(impl_->Collect()); }

std::string Metrics::ScrapeOpenMetrics() {
  return OpenMetricsText(impl_->Collect(),
                         [this](const std::string& family, const prometheus::ClientMetric& metric) {
                           return impl_->ExemplarsOf(family, metric);
                         });
}

}  // namespace triad
