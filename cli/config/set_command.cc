#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/config/call.h"
#include "cli/config/commands.h"
#include "cli/config/entry_output.h"
#include "cli/config/names.h"
#include "cli/config/values.h"
#include "cli/session.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

constexpr absl::string_view kNoArgument =
    "VALUE: a secret is never taken from an argument, where other programs and the shell's history"
    " see it; leave it out to be asked, or give --from-file";

bool HasArgument(const Session& session) { return session.arguments().size() > 1; }

// Before anything is sent: one source of the value at most, and of a secret no argument.
absl::Status CheckSources(const Session& session) {
  const FlagValues& flags = session.flags();
  int sources = (HasArgument(session) ? 1 : 0) + (flags.Has("from-file") ? 1 : 0) +
                (flags.Has("generate") ? 1 : 0);
  if (flags.Has("secret") && HasArgument(session)) return UsageError(kNoArgument);
  if (sources > 1) return UsageError("VALUE: give one of VALUE, --from-file and --generate");
  bool other =
      flags.Has("secret") || flags.Has("description") || flags.Has("label") || flags.Has("ttl");
  if (sources == 0 && !other) {
    return UsageError("VALUE: give VALUE, --from-file, --secret or --generate");
  }
  if ((flags.Has("length") || flags.Has("alphabet")) && !flags.Has("generate")) {
    return UsageError("--generate: needed with --length and --alphabet");
  }
  return absl::OkStatus();
}

// The value of an entry that is a secret already is no less one.
absl::Status CheckNoSecretIsThere(Session& session, const std::string& name) {
  if (!HasArgument(session)) return absl::OkStatus();
  v1::GetEntryRequest request;
  request.set_name(name);
  absl::StatusOr<v1::Entry> entry = Ask<v1::Entry>(session, "GetEntry", request);
  if (absl::IsNotFound(entry.status())) return absl::OkStatus();
  TRIAD_RETURN_IF_ERROR(entry.status());
  return entry->secret() ? UsageError(kNoArgument) : absl::OkStatus();
}

// Whether there was one.
absl::StatusOr<bool> TakeValue(const Session& session, v1::Entry& entry) {
  const FlagValues& flags = session.flags();
  if (flags.Has("generate")) {
    entry.mutable_generate()->set_length(static_cast<std::int32_t>(flags.Integer("length")));
    entry.mutable_generate()->set_alphabet(flags.Text("alphabet"));
    return true;
  }
  std::string text = session.argument(1);
  std::string source = "VALUE";
  if (flags.Has("from-file")) {
    source = "--from-file";
    TRIAD_ASSIGN_OR_RETURN(text, ReadValueInput(source, flags.Text("from-file")));
  } else if (!HasArgument(session)) {
    if (!flags.Has("secret")) return false;
    TRIAD_ASSIGN_OR_RETURN(text, AskSecret(absl::StrCat("Value of ", ShortName(entry.name())),
                                           "--from-file - reads it from standard input"));
  }
  TRIAD_ASSIGN_OR_RETURN(*entry.mutable_value(),
                         ParseValue(flags.Text("type", "string"), text, source));
  return true;
}

absl::Status TakeLabels(const FlagValues& flags, v1::Entry& entry) {
  for (const std::string& label : flags.All("label")) {
    if (label.empty()) continue;  // alone it takes all labels away
    std::vector<std::string> parts = absl::StrSplit(label, absl::MaxSplits('=', 1));
    if (parts.size() != 2) {
      return UsageError(absl::StrCat("--label: expected KEY=VALUE, not '", label, "'"));
    }
    (*entry.mutable_labels())[parts[0]] = parts[1];
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::UpdateEntryRequest> BuildRequest(const Session& session,
                                                    const std::string& name) {
  const FlagValues& flags = session.flags();
  v1::UpdateEntryRequest request;
  v1::Entry& entry = *request.mutable_entry();
  auto& mask = *request.mutable_update_mask();
  entry.set_name(name);
  TRIAD_ASSIGN_OR_RETURN(bool has_value, TakeValue(session, entry));
  if (has_value) mask.add_paths("value");
  if (flags.Has("secret")) {
    entry.set_secret(true);
    mask.add_paths("secret");
  }
  if (flags.Has("description")) {
    entry.set_description(flags.Text("description"));
    mask.add_paths("description");
  }
  TRIAD_RETURN_IF_ERROR(TakeLabels(flags, entry));
  if (flags.Has("label")) mask.add_paths("labels");
  if (flags.Has("ttl")) {
    absl::Duration ttl = flags.Duration("ttl", absl::ZeroDuration());
    // Zero is none: the entry has no end any more.
    if (ttl > absl::ZeroDuration()) entry.mutable_ttl()->set_seconds(absl::ToInt64Seconds(ttl));
    mask.add_paths("expire_time");
  }
  entry.set_etag(flags.Text("if-etag"));
  request.set_allow_missing(has_value && !flags.Has("if-etag"));
  request.set_validate_only(flags.Has("dry-run"));
  return request;
}

absl::StatusOr<ExitCode> Set(Session& session) {
  TRIAD_RETURN_IF_ERROR(CheckSources(session));
  TRIAD_ASSIGN_OR_RETURN(std::string name, EntryName(session, session.argument(0)));
  TRIAD_ASSIGN_OR_RETURN(v1::UpdateEntryRequest request, BuildRequest(session, name));
  TRIAD_RETURN_IF_ERROR(CheckNoSecretIsThere(session, name));
  Headers headers;
  if (session.flags().Has("if-absent")) headers.emplace_back("if-none-match", "*");
  TRIAD_ASSIGN_OR_RETURN(v1::Entry entry,
                         Ask<v1::Entry>(session, "UpdateEntry", request, std::move(headers)));
  WriteWritten(session, entry);
  return ExitCode::kOk;
}

std::vector<Flag> SetFlags() {
  return {
      {"type",
       "TYPE",
       "string, int, double, bool or json (default string)",
       FlagType::kText,
       {"string", "int", "double", "bool", "json"}},
      {"from-file", "FILE",
       "takes the value from a file, - for standard input, without a newline"
       " at its end",
       FlagType::kFile},
      {"secret", "", "makes the entry a secret, and asks for its value", FlagType::kSwitch},
      {"generate", "", "makes the entry a secret that is drawn at random", FlagType::kSwitch},
      {"length", "N", "characters of what is drawn (default 32)", FlagType::kInteger},
      {"alphabet", "TEXT", "what it is drawn from (default: letters and digits)"},
      {"description", "TEXT", "what the entry is for"},
      {"label",
       "KEY=VALUE",
       "replaces the labels; an empty one takes all away",
       FlagType::kText,
       {},
       0,
       true},
      {"ttl", "DURATION", "deletes the entry so long from now; 0s takes that back",
       FlagType::kDuration},
      {"if-etag", "ETAG", "only if the entry still has this etag"},
      {"if-absent", "", "only if there is no such entry", FlagType::kSwitch},
      {"dry-run", "", "checks everything and writes nothing", FlagType::kSwitch},
  };
}

}  // namespace

std::vector<Command> SetCommands() {
  return {{
      "config set",
      "Writes an entry",
      "Only what is given changes: a description or labels that were there stay. The value\n"
      "of a secret is asked for, or read with --from-file, and never taken from an argument.",
      {EntryArgument(), {"VALUE", "as text; not of a secret", true}},
      SetFlags(),
      "triadctl config set shop/checkout/timeout 30 --type int\n"
      "triadctl config set shop/limits --type json --from-file limits.json --label team=web\n"
      "triadctl config set shop/payment/api-key --secret\n"
      "vault-of-mine | triadctl config set shop/payment/api-key --secret --from-file -\n"
      "triadctl config set shop/session-key --generate --length 64 --if-absent",
      Set,
  }};
}

}  // namespace triad::cli
