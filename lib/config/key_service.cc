// SPDX-License-Identifier: BSD-3-Clause
// Keys of images, tftp, leases, limits, control and log.
#include "config/key_table.h"

namespace stentor::config {
namespace {

constexpr Text kRtoDuration = "a duration from 1ms to 60s";

constexpr std::array kManifestKeys{
    scalar("file", kText, "a file's path below images.root", "SHA256SUMS"),
    scalar("required", kBoolean,
           "true (start only if every file is in the manifest and right) or false", "false"),
};

constexpr std::array kWatchKeys{
    scalar("settle", kText, "a duration from 10ms to 1m that a file has been quiet for", "500ms"),
    list("ignore", "a list of names that are never served, at start neither",
         {kText,
          "a name in which * stands for any bytes and ? for one, like *.tmp; with '/' it is for a "
          "whole path below images.root"},
         "[\".*.??????\", \".*.sw?\", \"*~\", \"*.tmp\"]"),
    scalar("poll", kText,
           "none (the kernel tells what changes), or a duration from 1s to 24h after which all is "
           "looked at, for network file systems",
           "none"),
};

constexpr std::array kAliasKeys{
    required(scalar("from", kText,
                    "a path of 1 to 255 bytes in which * stands for any bytes and ? for one, '/' "
                    "too, like grub/*Onboard")),
    required(scalar("to", kText,
                    "a file's path below images.root, in which {1} stands for what the first * or "
                    "? of from matched, 1 to 255 bytes long")),
};

constexpr std::array kAccessKeys{
    required(scalar("files", kText,
                    "a path of 1 to 255 bytes in which * stands for any bytes and ? for one, '/' "
                    "too, like secrets/*")),
    required(list("classes", kClassNames, {kText, kClassName})),
};

constexpr std::array kImagesKeys{
    required(scalar("root", kText, "an absolute path of the folder with the boot files")),
    mapping("manifest", "a manifest like {file: SHA256SUMS, required: false}", &kManifestSection),
    or_scalar(mapping("watch",
                      "settings like {settle: 500ms} for files that change while they are served, "
                      "or none (what is there at start is served)",
                      &kWatchSection),
              kText),
    scalar("case-insensitive", kBoolean,
           "true (a path that is not there is looked for in any case of its letters) or false",
           "false"),
    list("aliases", "a list of aliases for paths that are not there; the first that matches counts",
         {kMapping, "an alias like {from: \"grub/*Onboard\", to: grubx64.efi}", &kAliasSection}),
    list("client-directories",
         "a list of folders of one client's own, at most 8, which are looked into before root",
         {kText,
          "a folder's path below images.root with words of the client: {mac}, {mac:colons}, "
          "{mac:hex}, {address}, {address:hex}, {serial}"},
         "none"),
    scalar("beside-boot-file", kBoolean,
           "true (a path that is not there is looked for beside the client's boot file) or false",
           "true"),
    list("access", "a list of files that only clients of certain classes get",
         {kMapping, "a rule like {files: \"secrets/*\", classes: [trusted]}", &kAccessSection},
         "every client gets every file"),
};

constexpr std::array kRtoKeys{
    scalar("min", kText, kRtoDuration, "20ms"),
    scalar("max", kText, kRtoDuration, "6s"),
};

constexpr std::array kTftpKeys{
    scalar("clients", kText,
           "leased (who holds a lease of ours), subnets (every address of the ports' networks and "
           "of dhcp.subnets) or any",
           "subnets"),
    list("allow", "a list of networks whose machines may fetch files besides",
         {kText, "a network like 10.30.0.0/16"}),
    scalar("blksize-max", kText | kInteger,
           "mtu (what the network's MTU carries), or 8 to 65464 bytes", "mtu"),
    scalar("windowsize-max", kInteger, "1 to 32767 blocks", "64"),
    scalar("ports", kText,
           "a range FIRST-LAST of at least 256 UDP ports from 1024 to 65535, or single",
           "49152-65535"),
    scalar("transfers-max", kInteger, "1 to 1048576 transfers a worker", "65536"),
    scalar("pace", kText, "auto, none, or a rate of each transfer from 1Mbps to 400Gbps", "auto"),
    mapping("rto", "retransmission times like {min: 20ms, max: 6s}", &kRtoSection),
    scalar("rollover", kInteger, "0 or 1: the block number that follows 65535", "0"),
    scalar("strip-garbage", kBoolean,
           "true (bytes 0xFF and NUL behind a request's file name are no part of it) or false",
           "false"),
};

constexpr std::array kLeasesKeys{
    scalar(
        "database", kText,
        "the absolute path of the file that keeps leases, in a folder that only its owner writes",
        "/var/lib/stentor/leases.db"),
    scalar("durability", kText,
           "commit (an ACK leaves once its lease is on disk), async (it does not wait) or memory "
           "(nothing is kept over a restart)",
           "commit"),
};

constexpr std::array kLimitsKeys{
    scalar("discovers-per-client", kText,
           "none, or a rate from 1/s to 1000/s at which DISCOVERs of one client are looked at",
           "10/s"),
    scalar("drain", kText,
           "a duration from 0s to 1h: how long a stop waits for transfers that have begun", "30s"),
    scalar("transfers-per-client", kInteger,
           "1 to 65535 transfers that one client address may have at a time", "16"),
    scalar("unknown-clients", kText,
           "serve, or ignore (DHCP is silent to who has neither a reservation nor a class)",
           "serve"),
};

constexpr std::array kControlSocketKeys{
    scalar("path", kText,
           "an absolute path of 2 to 107 bytes, in a folder that not everybody may write; its last "
           "folder is made where it is not there",
           "/run/stentor/control.sock"),
    scalar("group", kText, "the name of the group whose members may use it, 1 to 32 characters",
           "stentord's own group"),
    scalar("mode", kText, "\"0660\" (its user and its group may use it) or \"0600\" (its user)",
           "\"0660\""),
};

constexpr std::array kControlMetricsKeys{
    required(scalar("address", kText,
                    "an IPv4 address of the host and a port, like 127.0.0.1:9467 (0.0.0.0: every "
                    "address); whoever reaches it reads the figures")),
};

constexpr std::array kControlTlsKeys{
    required(scalar("cert", kText,
                    "the absolute path of a file with the server's certificate in PEM, and those "
                    "that vouch for it behind it")),
    required(scalar("key", kText,
                    "the absolute path of a file that its owner alone may read, with the "
                    "certificate's private key in PEM, without a pass phrase")),
};

constexpr std::array kControlHttpKeys{
    required(scalar("address", kText,
                    "an IPv4 address of the host and a port, like 127.0.0.1:8067 (0.0.0.0: every "
                    "address); one that is not loopback takes tls")),
    mapping("tls",
            "a certificate and its key like {cert: /etc/stentor/api.crt, key: "
            "/etc/stentor/api.key}",
            &kControlTlsSection, "in the clear"),
};

constexpr std::array kControlTokensKeys{
    scalar("read", kText,
           "the absolute path of a file that its owner alone may read, with one line, the token of "
           "32 to 255 letters, digits, '-', '.', '_', '~', '+' and '/' of who may ask",
           "there is none; who may change things may ask, too"),
    scalar("write", kText,
           "the same, with the token of who may ask, change things and capture frames",
           "nobody changes or captures anything over TCP"),
};

constexpr std::array kControlKeys{
    or_scalar(mapping("socket",
                      "a Unix socket like {path: /run/stentor/control.sock}, or none (nobody "
                      "reaches the appliance)",
                      &kControlSocketSection, "{path: /run/stentor/control.sock}"),
              kText),
    or_scalar(mapping("http",
                      "where the API is served over TCP, to who has a token, like {address: "
                      "127.0.0.1:8067}, or none",
                      &kControlHttpSection, "none"),
              kText),
    mapping("tokens",
            "what a request over TCP must show, like {read: /etc/stentor/read.token, write: "
            "/etc/stentor/write.token}",
            &kControlTokensSection),
    or_scalar(mapping("metrics",
                      "where Prometheus reads figures over TCP, like {address: 127.0.0.1:9467}, or "
                      "none",
                      &kControlMetricsSection, "none"),
              kText),
};

constexpr std::array kLogKeys{
    scalar("level", kText, "error, warning, info or debug", "info"),
};

}  // namespace

const Section kImagesSection{"images", kImagesKeys};
const Section kManifestSection{"manifest", kManifestKeys};
const Section kWatchSection{"watch", kWatchKeys};
const Section kAliasSection{"an alias", kAliasKeys};
const Section kAccessSection{"an access rule", kAccessKeys};
const Section kTftpSection{"tftp", kTftpKeys};
const Section kRtoSection{"rto", kRtoKeys};
const Section kLeasesSection{"leases", kLeasesKeys};
const Section kLimitsSection{"limits", kLimitsKeys};
const Section kControlSection{"control", kControlKeys};
const Section kControlSocketSection{"a control socket", kControlSocketKeys};
const Section kControlHttpSection{"control.http", kControlHttpKeys};
const Section kControlTlsSection{"control.http.tls", kControlTlsKeys};
const Section kControlTokensSection{"control.tokens", kControlTokensKeys};
const Section kControlMetricsSection{"control.metrics", kControlMetricsKeys};
const Section kLogSection{"log", kLogKeys};

}  // namespace stentor::config
