"""How rotas turn and how escalation goes on: values in, values out."""
