#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/audit/commands.h"
#include "cli/config/call.h"
#include "cli/config/names.h"
#include "cli/follow.h"
#include "cli/output/document.h"
#include "cli/output/table.h"
#include "cli/output/time.h"
#include "cli/session.h"
#include "cli/storage/call.h"
#include "cli/storage/paths.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "triad/audit/v1/audit.pb.h"

namespace triad::cli {
namespace {

namespace v1 = audit::v1;

// A service that keeps an audit log.
struct Audited {
  const google::protobuf::MethodDescriptor& (*method)(absl::string_view name);
  // What a table shows of a resource's name.
  std::string (*short_name)(absl::string_view resource);
};

constexpr Audited kConfig = {ConfigMethod, ShortName};
constexpr Audited kStorage = {StorageMethod, [](absl::string_view resource) {
                                return absl::StartsWith(resource, "buckets/")
                                           ? PathOfResource(resource).text()
                                           : std::string(resource);
                              }};

// "2h" ago, or a time as in RFC 3339.
absl::StatusOr<google::protobuf::Timestamp> ParseWhen(absl::string_view flag,
                                                      const std::string& text) {
  absl::Duration ago;
  absl::Time time;
  std::string problem;
  if (absl::ParseDuration(text, &ago)) {
    time = Clock::System().Now() - ago;
  } else if (!absl::ParseTime(absl::RFC3339_full, text, &time, &problem)) {
    return UsageError(absl::StrCat(flag,
                                   ": expected a time such as 2026-11-21T09:55:34Z, or a"
                                   " duration such as 2h before now, not '",
                                   text, "'"));
  }
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

absl::StatusOr<v1::AuditFilter> BuildFilter(const FlagValues& flags) {
  v1::AuditFilter filter;
  filter.set_resource_prefix(flags.Text("resource"));
  filter.set_method(flags.Text("method"));
  filter.set_principal(flags.Text("principal"));
  filter.set_outcome(flags.Text("outcome"));
  if (flags.Has("since")) {
    TRIAD_ASSIGN_OR_RETURN(*filter.mutable_start_time(), ParseWhen("--since", flags.Text("since")));
  }
  if (flags.Has("until")) {
    TRIAD_ASSIGN_OR_RETURN(*filter.mutable_end_time(), ParseWhen("--until", flags.Text("until")));
  }
  return filter;
}

class AuditOutput {
 public:
  AuditOutput(const Session& session, const Audited& of)
      : session_(session),
        of_(of),
        table_({"TIME", "WHO", "FROM", "METHOD", "RESOURCE", "COUNT", "OUTCOME"}, session.colours(),
               session.sink()),
        document_("lines", session.settings().output, session.sink()) {}

  template <typename Lines>
  void TakePage(const Lines& lines) {
    if (session_.wants_table()) {
      WriteRows(lines);
    } else {
      for (const v1::AuditLine& line : lines) document_.Add(MessageJson(line));
    }
    progress_.Show(count_ += lines.size(), "lines");
  }

  // Of a stream: as JSON a line each.
  template <typename Lines>
  void TakeNew(const Lines& lines) {
    if (session_.wants_table()) {
      WriteRows(lines);
    } else {
      for (const v1::AuditLine& line : lines) {
        session_.WriteOneOfMany(MessageJson(line));
      }
    }
    session_.Flush();
  }

  void End() {
    if (!session_.wants_table()) document_.End({});
  }

 private:
  template <typename Lines>
  void WriteRows(const Lines& lines) {
    std::vector<Row> rows;
    for (const v1::AuditLine& line : lines) {
      std::string method = line.method().substr(line.method().rfind('/') + 1);
      Style outcome = line.outcome() == "OK" ? Style::kGreen : Style::kRed;
      rows.push_back({{FormatTime(line.time()), Style::kDim},
                      {OneLine(line.principal())},
                      {OneLine(line.address().empty() ? line.peer() : line.address())},
                      {OneLine(method)},
                      {OneLine(of_.short_name(line.resource())), Style::kCyan},
                      {absl::StrCat(line.count())},
                      {OneLine(line.outcome()), outcome}});
    }
    table_.Write(rows);
  }

  const Session& session_;
  const Audited& of_;
  TableWriter table_;
  DocumentWriter document_;
  Progress progress_;
  std::int64_t count_ = 0;
};

absl::Status FollowLines(Session& session, const Audited& of, v1::AuditFilter filter) {
  v1::WatchAuditLinesRequest request;
  *request.mutable_filter() = std::move(filter);
  AuditOutput output(session, of);
  return Follow(
      session, of.method("WatchAuditLines"),
      [&]() -> const google::protobuf::Message& { return request; },
      [&](const google::protobuf::Message& message) {
        const auto& response = static_cast<const v1::WatchAuditLinesResponse&>(message);
        output.TakeNew(response.lines());
        if (response.id() != 0) request.set_after_id(response.id());
        return absl::OkStatus();
      });
}

absl::Status ListLines(Session& session, const Audited& of, v1::AuditFilter filter) {
  std::int64_t left = session.flags().Integer("limit", kMaxPageSize);
  v1::ListAuditLinesRequest request;
  *request.mutable_filter() = std::move(filter);
  request.set_page_size(static_cast<std::int32_t>(std::min<std::int64_t>(left, kMaxPageSize)));
  AuditOutput output(session, of);
  auto take = [&](v1::ListAuditLinesResponse& page) {
    while (page.lines_size() > left) page.mutable_lines()->RemoveLast();
    left -= page.lines_size();
    output.TakePage(page.lines());
    return left > 0;
  };
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  TRIAD_RETURN_IF_ERROR(
      ForEachPage<v1::ListAuditLinesResponse>(*client, of.method("ListAuditLines"), request, take));
  output.End();
  return absl::OkStatus();
}

template <const Audited& kOf>
absl::StatusOr<ExitCode> Audit(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(v1::AuditFilter filter, BuildFilter(session.flags()));
  TRIAD_RETURN_IF_ERROR(session.flags().Has("follow") ? FollowLines(session, kOf, std::move(filter))
                                                      : ListLines(session, kOf, std::move(filter)));
  return ExitCode::kOk;
}

// `resource` is what the resources of an example begin with.
std::vector<Flag> AuditFlags(absl::string_view resource) {
  return {
      {"follow", "", "shows lines as they are written, until Ctrl-C", FlagType::kSwitch, {}, 'f'},
      {"limit", "N", "at most so many lines (default 1000)", FlagType::kInteger},
      {"resource", "NAME", resource},
      {"method", "NAME", "of this method, with or without its service"},
      {"principal", "NAME", "of this principal"},
      {"outcome", "CODE", "with this outcome, such as OK"},
      {"since", "TIME", "not older: 2h, or 2026-11-21T09:55:34Z"},
      {"until", "TIME", "older than this"}};
}

}  // namespace

std::vector<Command> AuditCommands() {
  constexpr absl::string_view kSummary =
      "Lists what was done and what was refused, the newest first";
  constexpr absl::string_view kDetails = "Needs the token.";
  return {
      {"config audit",
       kSummary,
       kDetails,
       {},
       AuditFlags("of resources whose name starts with this: namespaces/shop/"),
       "triadctl config audit --since 24h --method RevealEntry\n"
       "triadctl config audit --follow -o json | jq -r .resource",
       Audit<kConfig>},
      {"storage audit",
       kSummary,
       kDetails,
       {},
       AuditFlags("of resources whose name starts with this: buckets/photos/"),
       "triadctl storage audit --since 24h --method DeleteObject\n"
       "triadctl storage audit --follow -o json | jq -r .resource",
       Audit<kStorage>},
  };
}

}  // namespace triad::cli
