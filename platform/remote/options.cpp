// QEMU's way with options: one dash, comma-separated key=value lists.  By hand, since
// Boost.Program_options cannot tell the value of an option that it does not know from a word too
// many.
#include "platform/remote/options.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace smmu::platform::remote {
namespace {

using Problem = std::optional<Refusal>;

constexpr uint64_t most_ram_mib = (uint64_t{0x40'0000'0000} - 0x4000'0000) >> 20;  // up to the ECAM

/// "a,key=b" as {first: a, key: b}: a word without "=" in front belongs to the key `implied`.
std::map<std::string, std::string> properties(const std::string& text, const char* implied) {
    std::map<std::string, std::string> found;
    for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find(',', at), text.size());
        const std::string item = text.substr(at, end - at);
        const size_t equals = item.find('=');
        if (equals != item.npos)
            found[item.substr(0, equals)] = item.substr(equals + 1);
        else
            found[at == 0 ? implied : item] = at == 0 ? item : "on";
        at = end + 1;
    }
    return found;
}

/// The whole text as a number of this base; nullopt: it is none.
std::optional<uint64_t> whole_number(std::string_view text, int base) {
    uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, base);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
}

class Reader {
public:
    Problem take(const std::string& name, const std::string& value) {
        if (name == "qtest") return qtest(value);
        if (name == "chardev") return chardev(value);
        if (name == "mon") return mon(value);
        if (name == "machine" || name == "M") return machine(value);
        if (name == "m") return memory(value);
        if (name == "device") return device(value);
        if (name == "ram") options_.ram.push_back(value);
        if (name == "config") options_.config = value;
        if (name == "set") options_.settings.push_back(value);
        return std::nullopt;
    }

    static bool knows(const std::string& name) {
        for (const char* known :
             {"qtest", "chardev", "mon", "machine", "M", "m", "device", "ram", "config", "set"})
            if (name == known) return true;
        return false;
    }

    Expected<Options> finish() {
        if (!monitor_.empty()) {
            const auto found = chardevs_.find(monitor_);
            if (found == chardevs_.end())
                return Refusal{"-mon: there is no -chardev socket with id=" + monitor_};
            options_.monitor = found->second;
        }
        if (options_.qtest.empty() && options_.monitor.empty())
            return Refusal{"give -qtest unix:PATH: the socket on which the client listens"};
        return options_;
    }

private:
    Problem qtest(const std::string& value) {
        auto given = properties(value, "path");
        const std::string unix_path = given["path"];
        if (unix_path.rfind("unix:", 0) != 0 || unix_path.size() == 5)
            return Refusal{"-qtest takes unix:PATH, not " + value};
        if (asks_to_listen(given)) return only_connects("-qtest");
        options_.qtest = unix_path.substr(5);
        return std::nullopt;
    }

    Problem chardev(const std::string& value) {
        auto given = properties(value, "backend");
        if (given["id"].empty()) return Refusal{"-chardev needs id=NAME"};
        if (given["backend"] != "socket") return std::nullopt;  // of use to nobody here
        if (given["path"].empty()) return Refusal{"-chardev socket needs path=PATH"};
        if (asks_to_listen(given)) return only_connects("-chardev socket");
        chardevs_[given["id"]] = given["path"];
        return std::nullopt;
    }

    Problem mon(const std::string& value) {
        auto given = properties(value, "chardev");
        if (given["mode"] != "control") return Refusal{"-mon speaks QMP only: add mode=control"};
        if (given["chardev"].empty()) return Refusal{"-mon needs chardev=ID"};
        monitor_ = given["chardev"];
        return std::nullopt;
    }

    Problem machine(const std::string& value) {
        auto given = properties(value, "type");
        const std::string type = given["type"];
        if (type != "virt" && type != "none")
            return Refusal{"-machine is virt or none, not " + value};
        if (given.count("iommu") != 0 && given["iommu"] != "smmuv3")
            return Refusal{"-machine virt always has iommu=smmuv3, not " + given["iommu"]};
        options_.machine = type == "virt";
        return std::nullopt;
    }

    Problem memory(const std::string& value) {
        std::string size = properties(value, "size")["size"];
        uint64_t unit = 1;
        if (!size.empty() && (size.back() == 'M' || size.back() == 'G')) {
            unit = size.back() == 'G' ? 1024 : 1;
            size.pop_back();
        }
        const auto count = whole_number(size, 10);
        if (!count || *count == 0 || *count > most_ram_mib / unit)
            return Refusal{"-m is from 1 to " + std::to_string(most_ram_mib) + " MiB, not " +
                           value};
        options_.ram_mib = *count * unit;
        return std::nullopt;
    }

    Problem device(const std::string& value) {
        auto given = properties(value, "driver");
        Device device{};
        if (given["driver"] == "iommu-testdev")
            device.kind = Device::Kind::IommuTestdev;
        else if (given["driver"] == "smmu-test-engine")
            device.kind = Device::Kind::TestEngine;
        else
            return Refusal{"-device is iommu-testdev or smmu-test-engine, not " + given["driver"]};
        for (const auto& [key, text] : given)
            if (const Problem problem = property(device, given["driver"], key, text))
                return problem;
        options_.devices.push_back(device);
        return std::nullopt;
    }

    static Problem property(Device& device, const std::string& driver, const std::string& key,
                            const std::string& text) {
        const bool engine = device.kind == Device::Kind::TestEngine;
        if (key == "addr") {
            device.slot = slot(text);
            if (device.slot) return std::nullopt;
            return Refusal{"-device addr is SLOT or SLOT.FUNCTION, hexadecimal, up to 1f.7, not " +
                           text};
        }
        if (key == "requester" && engine && (text == "function" || text == "frame")) {
            device.requester =
                text == "frame" ? Device::Requester::Frame : Device::Requester::Function;
            return std::nullopt;
        }
        if (key == "driver" || key == "id" || (key == "bus" && text == "pcie.0"))
            return std::nullopt;
        return Refusal{"-device " + driver + " takes addr, id, bus=pcie.0" +
                       (engine ? ", requester=function|frame" : "") + ", not " + key + "=" + text};
    }

    /// "3", "0x3", "1f.7": hexadecimal, as QEMU reads it.
    static std::optional<PciSlot> slot(std::string text) {
        std::optional<uint64_t> function = 0;
        if (const size_t point = text.find('.'); point != text.npos) {
            function = whole_number(text.substr(point + 1), 16);
            text.resize(point);
        }
        if (text.rfind("0x", 0) == 0) text.erase(0, 2);
        const auto number = whole_number(text, 16);
        if (!number || *number > 31 || !function || *function > 7) return std::nullopt;
        return PciSlot{static_cast<unsigned>(*number), static_cast<unsigned>(*function)};
    }

    static bool asks_to_listen(std::map<std::string, std::string>& given) {
        return given.count("server") != 0 && given["server"] != "off";
    }
    static Refusal only_connects(const std::string& option) {
        return {option + " connects to a client that listens: leave server out"};
    }

    Options options_;
    std::map<std::string, std::string> chardevs_;  ///< id to path
    std::string monitor_;                          ///< id
};

}  // namespace

bool is_remote(const std::string& program, const std::vector<std::string>& arguments) {
    constexpr std::string_view ending = "-system-aarch64";
    if (program.size() >= ending.size() &&
        program.compare(program.size() - ending.size(), ending.size(), ending) == 0)
        return true;
    return std::any_of(arguments.begin(), arguments.end(), [](const std::string& word) {
        const std::string name = word.substr(0, word.find('='));
        return name == "-qtest" || name == "--qtest";
    });
}

Expected<Options> read_options(const std::vector<std::string>& arguments) {
    Reader reader;
    for (auto word = arguments.begin(); word != arguments.end(); ++word) {
        if (word->size() < 2 || word->front() != '-')
            return Refusal{"there is a word too many on the command line: " + *word};
        const size_t equals = word->find('=');
        const bool joined = equals != word->npos;
        const size_t dashes = (*word)[1] == '-' ? 2 : 1;
        const std::string name = word->substr(dashes, joined ? equals - dashes : word->npos);
        const auto next = word + 1;
        const bool has_next = !joined && next != arguments.end() && next->rfind("-", 0) != 0;
        const bool known = Reader::knows(name);
        if (known && !joined && !has_next) return Refusal{*word + " needs a value"};
        const std::string value = joined ? word->substr(equals + 1) : has_next ? *next : "";
        if (has_next) ++word;
        if (!known) continue;
        if (const Problem problem = reader.take(name, value)) return *problem;
    }
    return reader.finish();
}

Expected<std::vector<PciSlot>> slots_of(const std::vector<Device>& devices) {
    std::set<unsigned> taken;  // device numbers; a function beside others is asked for by addr
    for (const Device& device : devices)
        if (device.slot) taken.insert(device.slot->device);
    std::vector<PciSlot> slots;
    for (const Device& device : devices) {
        unsigned next = 1;
        while (!device.slot && taken.count(next) != 0) ++next;
        if (next > 31) return Refusal{"-device: the bus has no free slot for one more"};
        if (!device.slot) taken.insert(next);
        slots.push_back(device.slot.value_or(PciSlot{next}));
    }
    return slots;
}

std::string options_help() {
    return "  smmu-vp --qtest unix:PATH [options]\n"
           "  smmu-vp-system-aarch64 -qtest unix:PATH [options]\n"
           "                                     the platform without a CPU, driven over sockets "
           "(docs/remote.md);\n"
           "                                     other options are ignored\n"
           "    -chardev socket,path=PATH,id=ID -mon chardev=ID,mode=control\n"
           "                                     QMP on a second socket\n"
           "    -m MIB                           size of RAM, in MiB (default 512)\n"
           "    -machine virt|none               none: sockets only\n"
           "    -device iommu-testdev[,addr=SLOT[.FUNCTION]]\n"
           "    -device smmu-test-engine[,addr=SLOT[.FUNCTION]][,requester=function|frame]\n"
           "                                     a PCI function that makes DMA; may be repeated\n"
           "    --ram FILE@ADDR, --config FILE, --set PATH=VALUE\n"
           "                                     as for run\n";
}

}  // namespace smmu::platform::remote
