"""Prints what transformers and PEFT compute from folders: the logits, or with "score" the score head, of every position.

load_back.py KIND BASE ADAPTER|- ROWS: KIND is logits or score, ROWS is JSON.
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

kind, base, adapter, rows = sys.argv[1:]
if kind == "logits":
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
else:
    model = AutoModelForSequenceClassification.from_pretrained(base, dtype=torch.float32, num_labels=1)
if adapter != "-":
    from peft import PeftModel

    model = PeftModel.from_pretrained(model, adapter)
model.eval()
found = []
with torch.no_grad():
    for row in json.loads(rows):
        ids = torch.tensor([row])
        if kind == "logits":
            found.append(model(input_ids=ids).logits[0].tolist())
        else:  # the head reads the last token
            model.config.pad_token_id = -1
            found.append([[model(input_ids=ids[:, : n + 1]).logits[0, 0].item()] for n in range(len(row))])
print(json.dumps(found))
