#include <google/api/httpbody.pb.h>

#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/config/call.h"
#include "cli/config/commands.h"
#include "cli/config/entry_output.h"
#include "cli/config/names.h"
#include "cli/config/values.h"
#include "cli/files/new_file.h"
#include "cli/files/read_input.h"
#include "cli/session.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

struct FormatRow {
  absl::string_view name;
  v1::Format format;
  absl::string_view endings[2];  // of files
};

constexpr FormatRow kFormats[] = {
    {"json", v1::FORMAT_JSON, {".json", ".json"}},
    {"yaml", v1::FORMAT_YAML, {".yaml", ".yml"}},
    {"env", v1::FORMAT_ENV, {".env", ".env"}},
};

// By --format, else by the ending of the file's name; JSON if neither says.
v1::Format FormatOf(const FlagValues& flags, absl::string_view file) {
  std::string name = flags.Text("format");
  for (const FormatRow& row : kFormats) {
    bool ends = absl::EndsWith(file, row.endings[0]) || absl::EndsWith(file, row.endings[1]);
    if (name.empty() ? ends : row.name == name) return row.format;
  }
  return v1::FORMAT_JSON;
}

// Where an export goes: standard output, or a file that is there whole or not at all.
class ExportTarget {
 public:
  ExportTarget(const Session& session, std::string path)
      : session_(session), path_(std::move(path)) {}

  // The file is its owner's alone, as it may hold secrets.
  absl::Status Open() {
    if (path_.empty() || path_ == "-") return absl::OkStatus();
    absl::StatusOr<std::unique_ptr<NewFile>> file = NewFile::Create(path_, 0600);
    if (!file.ok()) {
      return UsageError(
          absl::StrCat("--file: cannot write '", path_, "': ", file.status().message()));
    }
    file_ = *std::move(file);
    return absl::OkStatus();
  }

  absl::Status Write(const std::string& bytes) {
    written_ += static_cast<std::int64_t>(bytes.size());
    progress_.Show(written_, "bytes");
    if (file_ != nullptr) return file_->Append(bytes);
    session_.Write(bytes);
    return absl::OkStatus();
  }

  absl::Status Finish() { return file_ == nullptr ? absl::OkStatus() : file_->Commit(); }

 private:
  const Session& session_;
  const std::string path_;
  std::unique_ptr<NewFile> file_;
  Progress progress_;
  std::int64_t written_ = 0;
};

// Fields that both requests have.
template <typename Request>
absl::StatusOr<Request> BuildExport(const Session& session) {
  const FlagValues& flags = session.flags();
  Request request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_parent(), NamespaceName(session, session.argument(0)));
  request.set_format(FormatOf(flags, flags.Text("file")));
  request.set_prefix(flags.Text("prefix"));
  request.set_label_selector(flags.Text("selector"));
  return request;
}

absl::Status Stream(Session& session, absl::string_view method,
                    const google::protobuf::Message& request) {
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  ExportTarget target(session, session.flags().Text("file"));
  TRIAD_RETURN_IF_ERROR(target.Open());
  TRIAD_RETURN_IF_ERROR(
      client->Send({&ConfigMethod(method)}, request, [&](const google::protobuf::Message& message) {
        return target.Write(static_cast<const google::api::HttpBody&>(message).data());
      }));
  return target.Finish();
}

absl::StatusOr<ExitCode> Export(Session& session) {
  const FlagValues& flags = session.flags();
  if (flags.Has("reveal")) {
    if (flags.Has("at-revision")) {
      return UsageError("--at-revision: secrets are revealed as they are now alone");
    }
    TRIAD_ASSIGN_OR_RETURN(auto request, BuildExport<v1::RevealEntriesRequest>(session));
    TRIAD_RETURN_IF_ERROR(Stream(session, "RevealEntries", request));
    return ExitCode::kOk;
  }
  TRIAD_ASSIGN_OR_RETURN(auto request, BuildExport<v1::ExportEntriesRequest>(session));
  request.set_revision(flags.Integer("at-revision"));
  TRIAD_RETURN_IF_ERROR(Stream(session, "ExportEntries", request));
  return ExitCode::kOk;
}

void WriteImported(const Session& session, const std::string& name_space,
                   const v1::ImportEntriesResponse& done) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(done));
    return;
  }
  std::string name = ShortName(name_space);
  for (const v1::EntryDifference& one : done.differences()) {
    session.Write(FormatDifference(one, name, "file", session.colours()));
  }
  if (done.more_differences()) session.Say("triadctl: there are more differences than these");
  session.Write(absl::StrCat(session.colours()(Style::kCyan, name),
                             session.flags().Has("dry-run") ? "  would be imported: " : "  ",
                             done.added(), " added, ", done.changed(), " changed, ", done.removed(),
                             " removed, ", done.unchanged(), " unchanged, revision ",
                             done.revision(), "\n"));
}

absl::StatusOr<ExitCode> Import(Session& session) {
  const FlagValues& flags = session.flags();
  v1::ImportEntriesRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_parent(), NamespaceName(session, session.argument(1)));
  TRIAD_ASSIGN_OR_RETURN(std::string file, ReadInput("FILE", session.argument(0)));
  request.set_format(FormatOf(flags, session.argument(0)));
  request.set_mode(flags.Has("replace") ? v1::ImportEntriesRequest::MODE_REPLACE
                                        : v1::ImportEntriesRequest::MODE_MERGE);
  request.set_validate_only(flags.Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  v1::ImportEntriesResponse done;
  TRIAD_RETURN_IF_ERROR(client->Upload({&ConfigMethod("ImportEntries")}, request,
                                       ContentOfBytes("application/octet-stream", std::move(file)),
                                       [&](const google::protobuf::Message& message) {
                                         done.CopyFrom(message);
                                         return absl::OkStatus();
                                       }));
  WriteImported(session, request.parent(), done);
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> TransferCommands() {
  Flag format = {"format",
                 "FORMAT",
                 "json, yaml or env (default: as the file's name ends)",
                 FlagType::kText,
                 {"json", "yaml", "env"}};
  return {
      {"config import",
       "Writes the entries of a file, all at one revision or none",
       "What is already as the file says is not written. A secret that is masked in the file\n"
       "stays as it is. --dry-run shows what would change as git does.",
       {{"FILE", "the entries; - for standard input"}, NamespaceArgument()},
       {format,
        {"replace", "", "deletes entries that are not in the file", FlagType::kSwitch},
        {"dry-run", "", "shows what would change, and writes nothing", FlagType::kSwitch}},
       "triadctl config import shop.yaml shop --dry-run\n"
       "triadctl config import shop.yaml shop --replace",
       Import},
      {"config export",
       "Writes a file of the entries of a namespace",
       "Secrets are masked in it, unless --reveal is given: that needs the token, and the audit\n"
       "log tells of each.",
       {NamespaceArgument()},
       {{"file", "FILE", "where to; else to standard output", FlagType::kFile, {}, 'f'},
        format,
        {"prefix", "TEXT", "keys that start with this"},
        {"selector", "LABELS", "entries with such labels", FlagType::kText, {}, 'l'},
        {"at-revision", "N", "as of this revision of the store", FlagType::kInteger},
        {"reveal", "", "with secrets in the clear", FlagType::kSwitch}},
       "triadctl config export shop --file shop.yaml\n"
       "triadctl config export shop --format env --prefix web/ > .env",
       Export},
  };
}

}  // namespace triad::cli
