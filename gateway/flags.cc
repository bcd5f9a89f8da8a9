#include "gateway/flags.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/protos/embedded.h"
#include "gateway/protos/rule_file.h"
#include "runtime/base/options/options.h"
#include "runtime/base/status.h"
#include "runtime/io/peers.h"
#include "runtime/process/process.h"
#include "runtime/process/suite.h"

namespace triad::gateway {
namespace {

using google::protobuf::FileDescriptorSet;

// Those that --upstream names.
absl::StatusOr<std::vector<std::string>> ServicesOf(const Flags& flags) {
  std::vector<std::string> services;
  for (const std::string& text : flags.upstream) {
    TRIAD_ASSIGN_OR_RETURN(Upstream upstream, ParseUpstream(text));
    services.push_back(std::move(upstream.service));
  }
  return services;
}

// Those that there are, by their flags.
std::vector<std::pair<std::string, std::string>> FilesOf(const Flags& flags) {
  std::vector<std::pair<std::string, std::string>> files = {
      {"descriptor_set", flags.descriptor_set}, {"http_rules", flags.http_rules}};
  files.erase(std::remove_if(files.begin(), files.end(),
                             [](const auto& file) { return file.second.empty(); }),
              files.end());
  return files;
}

bool Names(const std::vector<Upstream>& upstreams, const std::string& service) {
  return std::any_of(upstreams.begin(), upstreams.end(),
                     [&](const Upstream& upstream) { return upstream.service == service; });
}

// `upstreams`, and where suite.json has those of Triad's services that are not in it.
std::vector<Upstream> WithUsualUpstreams(std::vector<Upstream> upstreams) {
  for (const SuiteServer& server : SuiteServers()) {
    if (*server.service == '\0' || Names(upstreams, server.service)) continue;
    upstreams.push_back({server.service, absl::StrCat("127.0.0.1:", server.port)});
  }
  return upstreams;
}

// What of Triad's services the gateway need not be told.
void AddSuite(GatewayOptions& options) {
  options.upstreams = WithUsualUpstreams(std::move(options.upstreams));
  for (const SuiteServer& server : SuiteServers()) {
    options.request_checks.left_to.push_back(server.service);
  }
}

std::string DefaultSite() {
  std::error_code error;
  auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "";
  auto site = binary.parent_path().parent_path() / "site";
  return std::filesystem::exists(site / "index.html", error) ? site.string() : "";
}

std::size_t PerPeer(const Flags& flags) {
  std::int64_t given = flags.max_connections_per_peer;
  if (given > 0) return static_cast<std::size_t>(given);
  return triad::PerPeer(static_cast<std::size_t>(flags.max_connections));
}

void AddJsonFlags(OptionParser& parser, Flags& flags) {
  absl::Span<const JsonChoice> choices = JsonChoices();
  const JsonStyle usual;
  for (const JsonChoice& choice : choices) {
    flags.json_style.emplace_back(usual.*choice.member ? choice.on : choice.off);
  }
  for (std::size_t i = 0; i < choices.size(); ++i) {
    parser.AddChoice(choices[i].name, &flags.json_style[i], choices[i].help,
                     {choices[i].off, choices[i].on});
  }
}

void AddRoutingFlags(OptionParser& parser, Flags& flags) {
  parser.Add("descriptor_set", &flags.descriptor_set,
             "file of protoc --include_imports --include_source_info --descriptor_set_out; "
             "Triad's own services if empty; read again when it changes, and at SIGHUP");
  parser.Add("reflection", &flags.reflection,
             "asks the services of --upstream what they are, by gRPC server reflection, instead of "
             "--descriptor_set, and again whenever a connection to one is new");
  parser.AddCheck("reflection", [&flags] {
    if (!flags.reflection || flags.descriptor_set.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError("does not go with --descriptor_set");
  });
  parser.Add(
      "http_rules", &flags.http_rules,
      "file of google.api.Service in YAML: HTTP rules, and settings, of methods whose protos "
      "have none; read again when it changes, and at SIGHUP");
  parser.Add("unannotated_methods", &flags.unannotated_methods,
             "serves methods without an HTTP rule at POST /pkg.Service/Method");
  parser.Add("upstream", &flags.upstream,
             "pkg.Service=HOST:PORT for each service with HTTP rules; calls are spread over all "
             "addresses of HOST, and over those of a service that is given several times");
  parser.Add("forward_headers", &flags.gateway.forward_headers,
             "request headers that become metadata too; NAME-* for all with that prefix");
  parser.Add("allowed_hosts", &flags.gateway.allowed_hosts,
             "names accepted in Host and Origin beside this machine's own");
  parser.Add("cors_origins", &flags.gateway.cors_origins,
             "origins, such as https://app.example, whose pages may use it; * for all");
  parser.Add("cors_max_age", &flags.gateway.cors_max_age,
             "how long browsers remember what pages of other origins may send");
  parser.Add("trusted_proxies", &flags.trusted_proxies,
             "addresses, or blocks of them such as 10.0.0.0/8, whose X-Forwarded-For says who the "
             "client is");
  parser.AddCheck("trusted_proxies",
                  [&flags] { return http::TrustedProxies::Parse(flags.trusted_proxies).status(); });
  flags.site = DefaultSite();
  parser.Add("site", &flags.site, "directory of static files; none if empty");
  flags.auth.AddTo(parser, "with --auth_reads the gateway's own answers",
                   "/openapi.json and /api/version");
  parser.AddChoice("unknown_fields", &flags.unknown_fields, "of JSON bodies: reject or ignore",
                   {"reject", "ignore"});
  parser.Add("ignored_parameters", &flags.gateway.ignored_parameters,
             "parameters of the query that are no fields; NAME* for all that begin so");
  AddJsonFlags(parser, flags);
  parser.Add("access_log_fields", &flags.gateway.access_log_fields,
             absl::StrCat("of a line for each request, of ",
                          absl::StrJoin(AccessLogFields::Known(), ", ")));
  parser.AddChoice("compression", &flags.compression, "of answers, for clients that take it",
                   {"on", "off"});
  flags.validation.AddTo(parser);
  parser.Add("validating_services", &flags.gateway.request_checks.left_to,
             "pkg.Service of those that check requests by --validation's rules themselves, as "
             "Triad's own do: the gateway leaves it to them");
}

void AddLimitFlags(OptionParser& parser, Flags& flags) {
  parser.Add("request_timeout", &flags.gateway.request_timeout,
             "of a unary call whose method has none of its own (504)");
  parser.Add("stream_idle_timeout", &flags.gateway.stream_idle_timeout,
             "without a byte, of a client that streams messages and of a service that a call "
             "streams to and from (408)");
  parser.Add("max_body_bytes", &flags.max_body_bytes,
             "of a body that is held whole, and of a message in a stream (413)", {.min = 1});
  parser.Add("loops", &flags.loops, "event loops; 0 for as many as there are processors",
             {.min = 0});
  parser.Add("max_connections", &flags.max_connections,
             "open at a time; for more, idle ones are closed, or else the new ones", {.min = 1});
  parser.Add("max_connections_per_peer", &flags.max_connections_per_peer,
             "of one address, and calls at a time of one client behind a trusted proxy (429); 0: a "
             "quarter of --max_connections, 64 at least",
             {.min = 0});
  parser.Add("max_head_bytes", &flags.max_head_bytes, "of a request's line and headers (431)",
             {.min = 1024});
  parser.Add("max_head_fields", &flags.max_head_fields, "header fields of a request (431)",
             {.min = 1});
  parser.Add("idle_timeout", &flags.server.idle_timeout, "of a connection between requests");
  parser.Add("head_timeout", &flags.server.head_timeout,
             "from the first byte of a head to its last (408)");
  parser.Add("stall_timeout", &flags.server.stall_timeout, "without a byte inside a body");
  parser.Add("min_rate_bytes", &flags.min_rate_bytes,
             "a second that a client has to send or to take of a body, on the average of "
             "--stall_timeout (408)",
             {.min = 0});
}

}  // namespace

void AddFlags(OptionParser& parser, Flags& flags) {
  AddRoutingFlags(parser, flags);
  AddLimitFlags(parser, flags);
}

absl::StatusOr<GatewayOptions> GatewayOptionsFrom(const Flags& flags, const std::string& listen) {
  GatewayOptions options = flags.gateway;
  for (const std::string& text : flags.upstream) {
    TRIAD_ASSIGN_OR_RETURN(Upstream upstream, ParseUpstream(text));
    options.upstreams.push_back(std::move(upstream));
  }
  options.request_checks.mode = flags.validation.mode();
  if (flags.reflection && options.upstreams.empty()) {
    return absl::InvalidArgumentError(
        "--reflection: add --upstream=pkg.Service=HOST:PORT for each service that is to be asked");
  }
  if (!flags.reflection && flags.descriptor_set.empty()) AddSuite(options);
  options.loopback = IsLoopback(listen);
  options.compression = flags.compression == "on";
  options.codec.ignore_unknown = flags.unknown_fields == "ignore";
  for (std::size_t i = 0; i < flags.json_style.size(); ++i) {
    const JsonChoice& choice = JsonChoices()[i];
    options.json_style.*choice.member = flags.json_style[i] == choice.on;
  }
  options.max_body_bytes = static_cast<std::size_t>(flags.max_body_bytes);
  options.max_calls_per_client = PerPeer(flags);
  return options;
}

http::ServerOptions ServerOptionsFrom(const Flags& flags, const std::string& listen) {
  http::ServerOptions options = flags.server;
  options.listen = listen;
  options.max_head_bytes = static_cast<std::size_t>(flags.max_head_bytes);
  options.max_connections = static_cast<std::size_t>(flags.max_connections);
  options.max_connections_per_peer = PerPeer(flags);
  options.max_head_fields = static_cast<std::size_t>(flags.max_head_fields);
  options.min_rate_bytes = static_cast<std::size_t>(flags.min_rate_bytes);
  options.trusted_proxies = *http::TrustedProxies::Parse(flags.trusted_proxies);
  return options;
}

absl::StatusOr<ServiceSource> ServicesFrom(const Flags& flags, const Learned& learned) {
  ServiceSource source;
  // Before the files, so that none is missing that is not unknown either.
  source.unknown = learned.Unknown();
  auto edit = [&](FileDescriptorSet& set) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> services, ServicesOf(flags));
    // A server may tell of more services than are wanted of it, whose rules are nobody's then.
    if (flags.reflection) KeepRules(services, set);
    if (!flags.http_rules.empty()) {
      TRIAD_ASSIGN_OR_RETURN(RuleFile rules, RuleFile::Load(flags.http_rules));
      TRIAD_RETURN_IF_ERROR(rules.ApplyTo(set, source.unknown));
    }
    if (flags.unannotated_methods) AnnotateMethods(services, set);
    return absl::OkStatus();
  };
  if (flags.reflection) {
    TRIAD_ASSIGN_OR_RETURN(source.descriptors,
                           DescriptorSet::FromFiles(learned.Files(), "--reflection", edit));
  } else if (!flags.descriptor_set.empty()) {
    TRIAD_ASSIGN_OR_RETURN(source.descriptors, DescriptorSet::FromFile(flags.descriptor_set, edit));
  } else {
    TRIAD_ASSIGN_OR_RETURN(
        source.descriptors,
        DescriptorSet::FromBytes(EmbeddedDescriptorSet(), "the embedded descriptor set", edit));
  }
  return source;
}

absl::StatusOr<std::vector<std::string>> ReflectedServices(const Flags& flags) {
  if (!flags.reflection) return std::vector<std::string>();
  return ServicesOf(flags);
}

FileVersions VersionsOfFiles(const Flags& flags) {
  FileVersions versions;
  for (const auto& [flag, path] : FilesOf(flags)) {
    absl::StatusOr<FileLook> look = LookAtVersion(path, 0);
    if (look.ok()) versions[flag] = look->version;
  }
  return versions;
}

absl::StatusOr<std::vector<std::unique_ptr<FollowedFile>>> FollowFiles(const Flags& flags,
                                                                       const FileVersions& seen,
                                                                       ServiceReloader& reloader,
                                                                       Metrics& metrics) {
  std::vector<std::unique_ptr<FollowedFile>> followed;
  for (const auto& [flag, path] : FilesOf(flags)) {
    FollowedFileOptions options;
    options.flag = flag;
    // What is there at first has been read already.
    auto known = seen.find(flag);
    auto take = [&reloader, old = known == seen.end() ? std::string() : known->second](
                    const std::string& version) mutable {
      return std::exchange(old, {}) == version ? absl::OkStatus() : reloader.Reload();
    };
    options.path = path;
    options.look = LookAtVersion;
    options.counter = "triad_gateway_file_reloads_total";
    options.counter_help = "Changes of a file about services that were taken, or could not be.";
    TRIAD_ASSIGN_OR_RETURN(followed.emplace_back(),
                           FollowedFile::Start(std::move(options), metrics, std::move(take)));
  }
  return followed;
}

absl::StatusOr<std::unique_ptr<Site>> SiteFrom(const Flags& flags) {
  if (flags.site.empty()) return std::unique_ptr<Site>();
  return Site::Load(flags.site);
}

std::vector<std::unique_ptr<EventLoop>> EventLoopsFrom(const Flags& flags) {
  std::int64_t count = flags.loops > 0 ? flags.loops : std::thread::hardware_concurrency();
  std::vector<std::unique_ptr<EventLoop>> loops;
  do {
    loops.push_back(std::make_unique<EventLoop>(absl::StrCat("gateway-", loops.size())));
  } while (static_cast<std::int64_t>(loops.size()) < count);
  return loops;
}

}  // namespace triad::gateway
