// Compares an IORT that somebody wrote with the hardware that is there.
#include "platform/iort_check.h"

#include <algorithm>
#include <cstdio>

#include "sw_stubs/iort/map.h"

namespace smmu::platform {
namespace {

namespace iort = sw::iort;

std::string hex(uint64_t value) {
    char text[19];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

/// Collects sentences about one node.
class About {
public:
    About(std::string subject, std::vector<std::string>& sentences)
        : subject_(std::move(subject)), sentences_(sentences) {}

    void say(const std::string& what) { sentences_.push_back(subject_ + ' ' + what); }
    void compare(const char* what, uint64_t table, uint64_t hardware) {
        if (table != hardware)
            say("has " + std::string(what) + ' ' + std::to_string(table) + ", the hardware " +
                std::to_string(hardware));
    }

private:
    std::string subject_;
    std::vector<std::string>& sentences_;
};

void compare_smmus(const iort::Iort& table, const acpi::SmmuHardware& hardware,
                   std::vector<std::string>& sentences) {
    bool found = false;
    for (const iort::Node node : table.nodes()) {
        if (node.type() != iort::NodeType::SmmuV3) continue;
        const iort::SmmuV3 smmu = smmu_v3(node);
        About about("the SMMUv3 at " + hex(smmu.base), sentences);
        if (smmu.base != hardware.base) {
            about.say("does not exist");
            continue;
        }
        found = true;
        about.compare("COHACC override", smmu.cohacc_override, hardware.coherent);
        about.compare("event interrupt", smmu.interrupts.event, hardware.interrupts.event);
        about.compare("PRI interrupt", smmu.interrupts.pri, hardware.interrupts.pri);
        about.compare("global error interrupt", smmu.interrupts.gerror, hardware.interrupts.gerror);
        about.compare("command sync interrupt", smmu.interrupts.sync, hardware.interrupts.sync);
    }
    if (!found) About("the SMMUv3 at " + hex(hardware.base), sentences).say("is not in the table");
}

void compare_streams(const iort::Iort& table, const acpi::Hardware& hardware,
                     const virt::RootComplex& map, About& about) {
    for (uint32_t rid = 0; rid < map.rid_count; ++rid) {
        const uint32_t wanted = map.stream_base + rid;
        const iort::Walk walk = stream_of(table, map.segment, rid);
        const bool to_smmu = walk.found() && walk.node.type() == iort::NodeType::SmmuV3 &&
                             smmu_v3(walk.node).base == hardware.smmu.base;
        if (to_smmu && walk.id == wanted) continue;
        about.say("maps requester ID " + hex(rid) + " to " +
                  (to_smmu ? "StreamID " + hex(walk.id) : std::string("no StreamID of this SMMU")) +
                  ", the hardware to StreamID " + hex(wanted));
        return;  // ranges go wrong as a whole
    }
}

void compare_root_complex(const iort::Iort& table, const acpi::Hardware& hardware,
                          const acpi::RootComplexHardware& rc,
                          std::vector<std::string>& sentences) {
    About about("the root complex of segment " + std::to_string(rc.map.segment), sentences);
    const iort::MaybeNode node = find_root_complex(table, rc.map.segment);
    if (!node) return about.say("is not in the table");
    const iort::RootComplex said = root_complex(node.node);
    about.compare("CPM", said.memory.cpm, true);
    about.compare("DACS", said.memory.dacs, true);
    about.compare("CANWBS", said.memory.canwbs, rc.map.canwbs);
    about.compare("ATS", said.ats, rc.ats);
    about.compare("PRI", said.pri, rc.pri);
    about.compare("an address limit of", said.address_bits, rc.address_bits);
    compare_streams(table, hardware, rc.map, about);
}

void compare_counter_groups(const iort::Iort& table, const acpi::Hardware& hardware,
                            std::vector<std::string>& sentences) {
    for (const iort::Node node : table.nodes()) {
        if (node.type() != iort::NodeType::Pmcg) continue;
        const iort::Pmcg said = pmcg(node);
        About about("the counter group at " + hex(said.page0), sentences);
        const auto group =
            std::find_if(hardware.counter_groups.begin(), hardware.counter_groups.end(),
                         [&](const acpi::PmcgHardware& g) { return g.page0 == said.page0; });
        if (group == hardware.counter_groups.end()) {
            about.say("does not exist");
            continue;
        }
        if (said.page1 != group->page1)
            about.say("has page 1 at " + hex(said.page1) + ", the hardware at " +
                      hex(group->page1));
        about.compare("overflow interrupt", said.overflow_interrupt, group->interrupt);
    }
}

}  // namespace

std::vector<std::string> differences(const iort::Iort& table, const acpi::Hardware& hardware) {
    std::vector<std::string> sentences;
    compare_smmus(table, hardware.smmu, sentences);
    for (const acpi::RootComplexHardware& rc : hardware.root_complexes)
        compare_root_complex(table, hardware, rc, sentences);
    compare_counter_groups(table, hardware, sentences);
    for (const iort::Node node : table.nodes()) {
        if (node.type() != iort::NodeType::RootComplex) continue;
        bool exists = false;
        for (const acpi::RootComplexHardware& rc : hardware.root_complexes)
            exists |= rc.map.segment == root_complex(node).segment;
        if (!exists)
            About("the root complex of segment " + std::to_string(root_complex(node).segment),
                  sentences)
                .say("does not exist");
    }
    return sentences;
}

}  // namespace smmu::platform
