#include "runtime/telemetry/metrics/openmetrics.h"

#include <charconv>
#include <cmath>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace triad {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::string Number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char buffer[32];
  auto end = std::to_chars(std::begin(buffer), std::end(buffer), value).ptr;
  return std::string(std::begin(buffer), end);
}

// Of a bucket: canonical, so that the same bucket is the same series everywhere.
std::string Bound(double bound) {
  std::string text = Number(bound);
  return std::floor(bound) == bound && text.find_first_of("eI") == std::string::npos ? text + ".0"
                                                                                     : text;
}

std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}});
}

class Writer {
 public:
  explicit Writer(const ExemplarsOf& exemplars_of) : exemplars_of_(exemplars_of) {}

  void Family(const MetricFamily& family) {
    bool counter = family.type == MetricType::Counter;
    // A counter's family is named without what its samples end in.
    std::string name(counter ? absl::StripSuffix(family.name, "_total") : family.name);
    absl::StrAppend(&text_, "# HELP ", name, " ", Escaped(family.help), "\n# TYPE ", name, " ",
                    TypeName(family.type), "\n");
    for (const ClientMetric& metric : family.metric) {
      if (counter) {
        Sample(absl::StrCat(name, "_total"), metric, {}, metric.counter.value);
      } else if (family.type == MetricType::Histogram) {
        Histogram(name, metric);
      } else {
        Sample(name, metric, {}, metric.gauge.value);
      }
    }
  }

  std::string Finish() && { return std::move(text_) + "# EOF\n"; }

 private:
  static const char* TypeName(MetricType type) {
    return type == MetricType::Counter     ? "counter"
           : type == MetricType::Histogram ? "histogram"
                                           : "gauge";
  }

  void Histogram(const std::string& name, const ClientMetric& metric) {
    auto exemplars = exemplars_of_(name, metric);
    for (std::size_t i = 0; i < metric.histogram.bucket.size(); ++i) {
      const auto& bucket = metric.histogram.bucket[i];
      Sample(absl::StrCat(name, "_bucket"), metric, Bound(bucket.upper_bound),
             static_cast<double>(bucket.cumulative_count),
             i < exemplars.size() ? exemplars[i] : std::nullopt);
    }
    Sample(absl::StrCat(name, "_sum"), metric, {}, metric.histogram.sample_sum);
    Sample(absl::StrCat(name, "_count"), metric, {},
           static_cast<double>(metric.histogram.sample_count));
  }

  void Sample(const std::string& name, const ClientMetric& metric, const std::string& bound,
              double value, const std::optional<Exemplar>& exemplar = std::nullopt) {
    text_ += name;
    const char* separator = "{";
    for (const ClientMetric::Label& label : metric.label) {
      absl::StrAppend(&text_, separator, label.name, "=\"", Escaped(label.value), "\"");
      separator = ",";
    }
    if (!bound.empty()) {
      absl::StrAppend(&text_, separator, "le=\"", bound, "\"");
      separator = ",";
    }
    absl::StrAppend(&text_, *separator == ',' ? "} " : " ", Number(value));
    if (exemplar.has_value()) {
      absl::StrAppend(&text_, " # {trace_id=\"", exemplar->trace_id, "\"} ",
                      Number(exemplar->seconds), " ", UnixSeconds(exemplar->at));
    }
    text_ += "\n";
  }

  static std::string UnixSeconds(absl::Time time) {
    std::int64_t milliseconds = absl::ToUnixMillis(time);
    std::string rest = absl::StrCat(milliseconds % 1000 + 1000);
    return absl::StrCat(milliseconds / 1000, ".", rest.substr(1));
  }

  const ExemplarsOf& exemplars_of_;
  std::string text_;
};

}  // namespace

std::string OpenMetricsText(const std::vector<MetricFamily>& families,
                            const ExemplarsOf& exemplars_of) {
  Writer writer(exemplars_of);
  for (const MetricFamily& family : families) writer.Family(family);
  return std::move(writer).Finish();
}

}  // namespace triad
