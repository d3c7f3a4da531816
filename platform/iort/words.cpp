// Words for nodes, references and oddities of an IORT.
#include <iomanip>
#include <sstream>

#include "platform/iort/print.h"
#include "platform/iort/ranges.h"

namespace smmu::platform::iort {

using namespace sw::iort;

std::string hex(uint64_t value, unsigned digits) {
    std::ostringstream s;
    s << "0x" << std::hex << std::uppercase << std::setfill('0')
      << std::setw(static_cast<int>(digits)) << value;
    return s.str();
}

std::string printable(const sw::Bytes& text) {
    std::string s;
    for (uint64_t i = 0; i < text.size && text.data[i] != 0; ++i)
        s += text.data[i] >= ' ' && text.data[i] < 0x7F ? static_cast<char>(text.data[i]) : '?';
    return s.substr(0, s.find_last_not_of(' ') + 1);
}

std::string printable(const Name& name) {
    return printable(sw::Bytes{reinterpret_cast<const uint8_t*>(name.text), name.length});
}

std::string type_name(const Node& node) {
    switch (node.type()) {
        case NodeType::ItsGroup: return "ITS group";
        case NodeType::NamedComponent: return "named component";
        case NodeType::RootComplex: return "root complex";
        case NodeType::SmmuV2: return "SMMUv2";
        case NodeType::SmmuV3: return "SMMUv3";
        case NodeType::Pmcg: return "PMCG";
        case NodeType::MemoryRange: return "reserved memory";
        case NodeType::Iwb: return "IWB";
    }
    return "type " + std::to_string(static_cast<unsigned>(node.type()));
}

std::string title(const Node& node) {
    const std::string type = type_name(node);
    switch (node.type()) {
        case NodeType::ItsGroup: {
            const ItsGroup its = its_group(node);
            std::string ids;
            for (uint32_t i = 0; i < its.count(); ++i) ids += " " + std::to_string(its.id(i));
            return type + ids;
        }
        case NodeType::NamedComponent: return type + " " + printable(named_component(node).name);
        case NodeType::RootComplex:
            return type + " of segment " + std::to_string(root_complex(node).segment);
        case NodeType::SmmuV2: return type + " at " + hex(smmu_v2(node).base);
        case NodeType::SmmuV3: return type + " at " + hex(smmu_v3(node).base);
        case NodeType::Pmcg: return type + " at " + hex(pmcg(node).page0);
        case NodeType::MemoryRange: {
            const uint32_t count = memory_ranges(node).count();
            return type + ", " + std::to_string(count) + (count == 1 ? " range" : " ranges");
        }
        case NodeType::Iwb: return type + " " + printable(iwb(node).name);
    }
    return type;
}

std::string reference_title(const Iort& iort, uint32_t reference) {
    const MaybeNode target = node_at(iort, reference);
    return target ? title(target.node) : "no node at " + hex(reference);
}

std::string id_name(const Iort& iort, uint32_t reference) {
    const MaybeNode target = node_at(iort, reference);
    if (target && is_target(target.node.type(), Target::Smmu)) return "StreamID";
    if (target && is_target(target.node.type(), Target::ItsGroup)) return "DeviceID";
    return "ID";
}

std::string smmu_v3_model(uint32_t model) {
    switch (model) {
        case 0: return "generic";
        case 1: return "HiSilicon Hi161x";
        case 2: return "Cavium CN99xx";
        default: return "model " + std::to_string(model);
    }
}

std::string memory_type(uint8_t attributes) {
    static const char* const names[] = {"Device-nGnRnE", "Device-nGnRE",  "Device-nGRE",
                                        "Device-GRE",    "Non-cacheable", "write-back"};
    return attributes < 6 ? names[attributes] : "attributes " + std::to_string(attributes);
}

}  // namespace smmu::platform::iort
