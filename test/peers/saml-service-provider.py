"""What the toolkit of OneLogin makes of cases, read as a JSON list from stdin; its answers go to stdout, in the same order."""

import json
import sys

import xmlsec
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML


def response(case):
    settings = OneLogin_Saml2_Settings(case["settings"])
    read = OneLogin_Saml2_Response(settings, case["response"])
    if not read.is_valid(case["request"], case.get("requestId")):
        return {"error": read.get_error()}
    return {
        "nameId": read.get_nameid(),
        "format": read.get_nameid_format(),
        "session": read.get_session_index(),
        "attributes": read.get_attributes(),
    }


def fault(xml, schema):
    found = OneLogin_Saml2_XML.validate_xml(xml, schema, False)
    return found if isinstance(found, str) else None


def message(case):
    return {"error": fault(case["xml"], "saml-schema-protocol-2.0.xsd")}


def metadata(case):
    wrong = fault(case["xml"], "saml-schema-metadata-2.0.xsd")
    if wrong is not None:
        return {"error": wrong}
    return {"idp": OneLogin_Saml2_IdPMetadataParser.parse(case["xml"])["idp"]}


def login(case):
    auth = OneLogin_Saml2_Auth(case["request"], case["settings"])
    url = auth.login(return_to=case["returnTo"], is_passive=case["passive"])
    return {"url": url, "id": auth.get_last_request_id()}


def provider(case):
    described = OneLogin_Saml2_Settings(case["settings"]).get_sp_metadata()
    return {"xml": described if isinstance(described, str) else described.decode("utf-8")}


def signed(case):
    """A message with a signature of xmlsec, the prefixes named that stay though nothing shows them in use."""
    root = etree.fromstring(case["xml"])
    method = getattr(xmlsec.constants, "TransformRsaSha" + case["hash"])
    digest = getattr(xmlsec.constants, "TransformSha" + case["hash"])
    signature = xmlsec.template.create(root, xmlsec.constants.TransformExclC14N, method, ns="ds")
    root.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, digest, uri="#" + root.get("ID"))
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    exclusive = xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    xmlsec.template.transform_add_c14n_inclusive_namespaces(exclusive, case["prefixes"])
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(case["privateKey"], xmlsec.constants.KeyDataFormatPem)
    context.key.load_cert_from_memory(case["certificate"], xmlsec.constants.KeyDataFormatPem)
    context.sign(signature)
    return {"xml": etree.tostring(root).decode("utf-8")}


kinds = {"message": message, "signed": signed, "response": response, "metadata": metadata, "login": login, "provider": provider}


def answer(case):
    try:
        return kinds[case["kind"]](case)
    except Exception as error:
        return {"error": str(error)}


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
