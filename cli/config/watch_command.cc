#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/config/call.h"
#include "cli/config/commands.h"
#include "cli/config/entry_output.h"
#include "cli/config/names.h"
#include "cli/follow.h"
#include "cli/session.h"
#include "runtime/base/status.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

absl::StatusOr<v1::WatchEntriesRequest> BuildRequest(const Session& session) {
  const FlagValues& flags = session.flags();
  v1::WatchEntriesRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_parent(), NamespaceName(session, session.argument(0)));
  for (const std::string& prefix : flags.All("prefix")) request.add_prefixes(prefix);
  request.set_label_selector(flags.Text("selector"));
  request.set_after(flags.Text("after"));
  request.set_initial_entries(flags.Has("initial"));
  request.set_previous_entries(flags.Has("previous"));
  return request;
}

// Writes what a watch brings, each revision once and whole: what came of one that broke off
// is dropped, as the next stream begins it anew.
class WatchOutput {
 public:
  WatchOutput(const Session& session, v1::WatchEntriesRequest request)
      : session_(session), request_(std::move(request)) {}

  // Of the next stream: after the last revision that was written.
  const v1::WatchEntriesRequest& NextRequest() {
    held_.clear();
    return request_;
  }

  absl::Status Take(const v1::WatchEntriesResponse& response) {
    // A snapshot, which may be larger than memory, is not held: it can be written twice.
    bool of_snapshot = request_.initial_entries() && request_.after().empty();
    if (response.resume().empty() && !of_snapshot) {
      held_.push_back(response);
      return absl::OkStatus();
    }
    for (const auto& one : held_) Write(one);
    held_.clear();
    Write(response);
    if (!response.resume().empty()) request_.set_after(response.resume());
    return absl::OkStatus();
  }

 private:
  void Write(const v1::WatchEntriesResponse& response) const {
    bool is_mark =
        response.events().empty() && !response.has_snapshot_end() && !response.has_revision_end();
    if (is_mark) return;
    if (session_.wants_table()) {
      for (const v1::EntryEvent& event : response.events()) WriteLine(event);
    } else {
      session_.WriteOneOfMany(MessageJson(response));
    }
    session_.Flush();
  }

  void WriteLine(const v1::EntryEvent& event) const {
    const Colours& colours = session_.colours();
    bool put = event.type() == v1::EntryEvent::TYPE_PUT;
    Cell value = put ? ValueCell(event.entry()) : Cell();
    session_.Write(
        absl::StrCat(colours(Style::kDim, absl::StrCat(event.entry().revision())), "  ",
                     put ? colours(Style::kGreen, "put   ") : colours(Style::kRed, "delete"), "  ",
                     colours(Style::kCyan, ShortName(event.entry().name())), put ? "  " : "",
                     colours(value.style, value.text), "\n"));
  }

  const Session& session_;
  v1::WatchEntriesRequest request_;
  std::vector<v1::WatchEntriesResponse> held_;  // of a revision that is not whole yet
};

absl::StatusOr<ExitCode> Watch(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(v1::WatchEntriesRequest request, BuildRequest(session));
  WatchOutput output(session, std::move(request));
  TRIAD_RETURN_IF_ERROR(Follow(
      session, ConfigMethod("WatchEntries"),
      [&]() -> const google::protobuf::Message& { return output.NextRequest(); },
      [&](const google::protobuf::Message& message) {
        return output.Take(static_cast<const v1::WatchEntriesResponse&>(message));
      }));
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> WatchCommands() {
  return {{
      "config watch",
      "Shows the changes of a namespace as they are committed, until Ctrl-C",
      "When the connection breaks, it goes on by itself where it was, without leaving\n"
      "anything out. As JSON each message is one line, with the 'resume' that --after takes.",
      {{"NS",
        "a namespace, or - for all (default: that of --namespace)",
        true,
        false,
        {},
        NamespaceCandidates}},
      {{"initial", "", "begins with the entries as they are", FlagType::kSwitch},
       {"prefix", "TEXT", "keys that start with this", FlagType::kText, {}, 0, true},
       {"selector", "LABELS", "entries with such labels, now or before", FlagType::kText, {}, 'l'},
       {"previous", "", "with each entry as it was before", FlagType::kSwitch},
       {"after", "RESUME", "begins after this 'resume' or revision, and not now"}},
      "triadctl config watch shop --prefix checkout/\n"
      "triadctl config watch shop --initial -o json | jq -c '.events[].entry.name'",
      Watch,
  }};
}

}  // namespace triad::cli
