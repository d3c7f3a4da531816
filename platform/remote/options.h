// The command line of a program that QEMU's test library starts: QEMU's words, where it has them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pcie/function.h"
#include "platform/expected.h"

namespace smmu::platform::remote {

/// A PCI function of the machine.
struct Device {
    enum class Kind : uint8_t { IommuTestdev, TestEngine };
    Kind kind;
    std::optional<PciSlot> slot;  ///< on bus 0; nullopt: the next free one
    /// Whose requester ID the DMA of a TestEngine has.
    enum class Requester : uint8_t { Function, Frame };
    Requester requester = Requester::Function;
};

struct Options {
    std::string qtest;    ///< path of the socket to connect to; empty: none
    std::string monitor;  ///< the same for QMP
    bool machine = true;  ///< false: -machine none
    std::optional<uint64_t> ram_mib;
    std::vector<Device> devices;
    std::vector<std::string> ram;       ///< --ram FILE@ADDR, in order
    std::string config;                 ///< --config
    std::vector<std::string> settings;  ///< --set, in order
};

/// Whether a call is for remote control: by the program's name (*-system-aarch64) or by -qtest.
bool is_remote(const std::string& program, const std::vector<std::string>& arguments);

/// `arguments` without the program's name; one or two dashes mean the same.  Options that are not
/// known are ignored with the word behind them, unless that begins with a dash.  Refused: a value
/// that a known option does not take; no socket at all.
Expected<Options> read_options(const std::vector<std::string>& arguments);

/// One slot for each device: what it asks for, else the first that nobody asks for, from 1 on.
/// Refused: there are not enough.
Expected<std::vector<PciSlot>> slots_of(const std::vector<Device>& devices);

/// What --help says of this way to start the program.
std::string options_help();

}  // namespace smmu::platform::remote
